WHOSE = "the project's pandas"
