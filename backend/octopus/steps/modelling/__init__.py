"""What steps know about models: features, algorithms, metrics, verdicts, and how a model lies on disk."""
