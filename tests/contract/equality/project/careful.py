def checked(name: str) -> str:
    """Fails: with KeyError for nothing, else with an error that has a cause."""
    if not name:
        raise KeyError(name)
    try:
        return {}[name]
    except KeyError as error:
        error.add_note("a note beside it")
        raise ValueError(f"{name!r} is unknown\n  in two lines") from error
