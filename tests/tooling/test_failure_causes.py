"""What an installer printed when it failed -> the sentence a person reads. Texts as the installers print them."""

import pytest

from scripts.bootstrap.command import cause
from scripts.bootstrap.node import is_new_enough

PRINTED = {
    "uv without a network": (
        "error: Failed to fetch: `https://index.example/simple/rich/`\n  Caused by: error sending request for url\n"
        "  Caused by: client error (Connect)\n  Caused by: dns error: Temporary failure in name resolution",
        "cannot be reached",
    ),
    "pip without a network": (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(<x>: Failed to establish "
        "a new connection: [Errno 101] Network is unreachable)'\nERROR: No matching distribution found for uv",
        "cannot be reached",
    ),
    "npm without a network": ("npm error code EAI_AGAIN\nnpm error syscall getaddrinfo", "cannot be reached"),
    "a proxy that refuses": ("error: tunnel error: unsuccessful\n", "cannot be reached"),
    "uv with another file than the locked one": (
        "error: Failed to download `rich==15.0`\n  Caused by: Hash mismatch for `rich==15.0`\n\nExpected:\n  sha256:aa",
        "checksum differs",
    ),
    "npm with another file than the locked one": ("npm error code EINTEGRITY\nnpm error sha512-x", "checksum differs"),
    "no compiler": (
        "  × Failed to build `psutil==7.0`\n  error: command 'gcc' failed: No such file or directory\n",
        "there is no C compiler",
    ),
    "no compiler, meson": ("ERROR: Unknown compiler(s): [['cc'], ['gcc'], ['clang']]", "there is no C compiler"),
    "a full disk": ("error: failed to write: No space left on device (os error 28)", "the disk is full"),
}


@pytest.mark.parametrize("case", PRINTED)
def test_a_failure_is_told_in_one_sentence_that_says_what_to_do(case: str) -> None:
    printed, sentence = PRINTED[case]
    told = cause(printed)
    assert sentence in told
    assert "\n" not in told


def test_an_unknown_failure_is_told_in_its_own_last_words() -> None:
    assert cause("one\n  the real reason \n\n").startswith("the real reason (")


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.19.0"])
def test_a_node_that_vite_supports_is_used(version: str) -> None:
    assert is_new_enough(version)


@pytest.mark.parametrize("version", ["v18.20.4", "v20.18.3", "v21.7.3", "v22.11.0", "", "bad interpreter"])
def test_a_node_that_vite_refuses_is_not_used(version: str) -> None:
    assert not is_new_enough(version)
