"""`octopus doctor`: an installation -> what is well with it, what is not, and how to mend it. Changes nothing."""
