"""The supervisor: the process between the server and one attempt. It outlives the server; what the two know of each
other stands in the attempt's directory. Standard library only, and little of it: every step waits for its start."""
