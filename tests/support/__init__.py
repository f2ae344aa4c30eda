"""What tests share: a real server process, a real browser."""
