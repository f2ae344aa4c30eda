"""From what is recorded to everybody who watches: events from the store, log lines from the attempts' files."""
