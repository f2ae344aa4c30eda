"""The YAML of exports: the same values when it is read, and nothing in it that a reader would not see."""

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from octopus.features.export.yaml_text import yaml_text

# Surrogates are no text, and what a document's texts may not hold YAML does not hold, either.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t :#-|{}[]'\"\\"))


@given(st.dictionaries(TEXTS, TEXTS, max_size=3))
@example({"description": "a\n\u202eb"})
@example({"description": "a\u2028b: c\n\u2029d"})
@example({"description": " a\n\tb\n\n"})
def test_any_text_is_read_as_it_was_and_seen(value: dict[str, str]) -> None:
    text = yaml_text(value)
    assert yaml.safe_load(text) == value
    assert text.replace("\n", "").replace("\t", "").isprintable()
