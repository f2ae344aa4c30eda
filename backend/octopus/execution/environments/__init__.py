"""Python environments that steps have to themselves: which manager builds one, whether there is one already, and
building it once for all who want it.

choice (which manager) -> wanted (which environment: a key of what is declared) -> environments (is it there? who
waits?) -> build (one supervised process) -> builder (that process, the one place here that imports MLflow).
"""
