"""What steps know about tables: where they come from, how to profile them, how to cut them into parts."""
