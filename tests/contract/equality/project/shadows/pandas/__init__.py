"""A package named like one that steps use."""

from pandas.frame import WHOSE as WHOSE
