import warnings


def deprecated() -> None:
    warnings.warn("nobody is told, since no program said it", DeprecationWarning, stacklevel=1)
    warnings.warn("everybody is told", FutureWarning, stacklevel=2)
