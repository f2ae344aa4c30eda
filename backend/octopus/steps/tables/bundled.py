"""scikit-learn's bundled data sets as tables with a column `target`."""

from typing import Any, Literal

BundledName = Literal["iris", "breast_cancer", "wine", "digits", "diabetes"]


def bundled_table(name: BundledName) -> Any:
    """A pandas DataFrame. Classes that have names appear by name, digits as the numbers they are."""
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{name}")(as_frame=True)
    table = bunch.frame.copy()
    names = [str(one) for one in getattr(bunch, "target_names", [])]
    if names and not all(one.isdigit() for one in names) and name != "diabetes":
        table["target"] = table["target"].map(dict(enumerate(names))).astype("str")
    return table
