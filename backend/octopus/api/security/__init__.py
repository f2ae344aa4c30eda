"""Who may come in, from where, and with what in hand: everything that is decided before a route sees a request."""
