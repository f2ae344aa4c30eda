"""A small closed language for conditions: text in, a truth value out. Nothing in it calls, imports or looks up."""
