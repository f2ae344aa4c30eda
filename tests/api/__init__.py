"""Through the HTTP door: every call, every refusal, and the real process behind it."""
