"""Made-up tables for trying things out."""

from typing import Any, Literal

GeneratorName = Literal["classification", "regression", "blobs"]


def generated_table(kind: GeneratorName, rows: int, seed: int) -> Any:
    """Columns `feature_1` ... and `target`; the same for the same seed."""
    import pandas as pd
    from sklearn import datasets

    if kind == "classification":
        features, target = datasets.make_classification(rows, n_features=10, n_informative=5, random_state=seed)
    elif kind == "regression":
        features, target = datasets.make_regression(rows, n_features=10, n_informative=5, noise=10.0, random_state=seed)
    else:
        features, target = datasets.make_blobs(rows, n_features=4, centers=3, random_state=seed)
    table = pd.DataFrame(features, columns=[f"feature_{number + 1}" for number in range(features.shape[1])])
    return table.assign(target=target)
