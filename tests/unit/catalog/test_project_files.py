"""Which files make up a project, when its digest changes, and what a frozen copy holds. Nothing of it is ever run."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from octopus.catalog.project_files import (
    RememberedDigests,
    git_revision,
    project_digest,
    selection,
    snapshot,
    working_copy,
)
from octopus.catalog.project_files.selection import project_files
from octopus.domain.errors import InvalidProject


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pro ject"
    (folder / "sub").mkdir(parents=True)
    (folder / "MLproject").write_text("name: x\n")
    (folder / "sub" / "train.py").write_text("print(1)\n")
    return folder


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main")
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def paths(folder: Path) -> list[str]:
    return [file.path for file in project_files(folder)]


def test_without_git_all_files_count_but_those_that_are_made_anew(folder: Path) -> None:
    for name in ("mlruns/1/x", "__pycache__/a.pyc", ".venv/bin/python", "node_modules/a.js", "sub/b.pyc"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    (folder / "notes").symlink_to("sub/train.py")
    assert paths(folder) == ["MLproject", "notes", "sub/train.py"]


def test_in_a_git_work_tree_what_git_ignores_does_not_count(folder: Path) -> None:
    git(folder, "init", "-q")
    (folder / ".gitignore").write_text("data/\n*.log\n")
    for name in ("data/big.csv", "a.log", "deleted.py", "new.py", "ünïcode \n.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    git(folder, "add", "deleted.py", "MLproject")
    (folder / "deleted.py").unlink()
    assert paths(folder) == [".gitignore", "MLproject", "new.py", "sub/train.py", "ünïcode \n.py"]
    assert paths(folder / "sub") == ["train.py"]


def test_the_files_of_a_repository_inside_count_too(folder: Path) -> None:
    git(folder, "init", "-q")
    (folder / "inner").mkdir()
    git(folder / "inner", "init", "-q")
    (folder / "inner" / "a.py").write_text("1")
    assert paths(folder) == ["MLproject", "inner/a.py", "sub/train.py"]


def test_the_digest_is_of_names_and_contents_and_not_of_times(folder: Path) -> None:
    before = project_digest(folder)
    assert before.startswith("sha256:")
    os.utime(folder / "MLproject", (1, 1))
    (folder / "mlruns").mkdir()
    (folder / "mlruns" / "x").write_text("1")
    assert project_digest(folder) == before
    (folder / "sub" / "train.py").write_text("print(2)\n")
    changed = project_digest(folder)
    (folder / "sub" / "train.py").rename(folder / "sub" / "fit.py")
    renamed = project_digest(folder)
    (folder / "sub" / "fit.py").chmod(0o755)
    assert len({before, changed, renamed, project_digest(folder)}) == 4


def test_a_remembered_digest_is_used_until_a_file_looks_different(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered = RememberedDigests()
    monkeypatch.setattr("octopus.catalog.project_files.digest.RACY_NS", -(10**18))  # as if all had happened long ago
    first = project_digest(folder, remembered)
    read: list[Path] = []
    original = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *a, **k: (read.append(self), original(self, *a, **k))[1])
    assert project_digest(folder, remembered) == first
    assert read == []
    (folder / "sub" / "train.py").write_text("print(9)\n")  # of the same size
    assert project_digest(folder, remembered) != first
    assert read != []


def test_a_digest_of_what_changed_just_now_is_not_remembered(folder: Path) -> None:
    remembered = RememberedDigests()
    for text in ("a", "b", "c", "d"):
        (folder / "MLproject").write_text(text)
        os.utime(folder / "MLproject", (1, 1))
        assert project_digest(folder, remembered) == project_digest(folder)


def test_too_many_or_too_large_files_are_refused_with_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "SIZE_LIMIT_BYTES", 10)
    with pytest.raises(InvalidProject, match=r"MiB.*\.gitignore"):
        project_digest(folder)
    monkeypatch.setattr(selection, "FILE_LIMIT", 1)
    with pytest.raises(InvalidProject, match="more than 1 files"):
        project_digest(folder)


def test_a_folder_that_is_gone_is_refused(folder: Path) -> None:
    with pytest.raises(InvalidProject, match="cannot be read"):
        project_digest(folder / "nowhere")


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "sub/../../outside"])
def test_a_link_that_leads_out_of_the_folder_is_refused(folder: Path, target: str) -> None:
    (folder.parent / "outside").write_text("secret")
    (folder / "link").symlink_to(target)
    with pytest.raises(InvalidProject, match="link is a symbolic link that leads out"):
        project_digest(folder)


def test_what_git_remembers_behind_a_link_is_not_followed(folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    git(folder, "init", "-q")
    git(folder, "add", ".")
    (folder / "sub").rename(outside / "sub")
    (folder / "sub").symlink_to(outside / "sub")
    (folder / ".gitignore").write_text("sub\n")
    assert paths(folder) == [".gitignore", "MLproject"]


def test_a_path_in_gits_index_that_leads_out_of_the_folder_is_refused(folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "add", ".")
    index = folder / ".git" / "index"
    content = index.read_bytes()[:-20].replace(b"MLproject", b"../secret")
    index.write_bytes(content + hashlib.sha1(content, usedforsecurity=False).digest())
    (folder.parent / "secret").write_text("secret")
    assert "../secret" in git(folder, "ls-files", "--cached")
    with pytest.raises(InvalidProject, match="does not lie in"):
        project_files(folder)


def test_a_snapshot_holds_the_same_files_read_only_and_is_made_once(folder: Path, tmp_path: Path) -> None:
    git(folder, "init", "-q")
    (folder / ".gitignore").write_text("*.log\n")
    (folder / "a.log").write_text("")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("sub/train.py")
    digest = project_digest(folder)
    copy = snapshot(folder, digest, tmp_path / "snapshots")
    assert copy == tmp_path / "snapshots" / digest.removeprefix("sha256:")
    found = sorted(str(path.relative_to(copy)) for path in copy.rglob("*") if not path.is_dir())
    assert found == [".gitignore", "MLproject", "link", "run.sh", "sub/train.py"]
    assert (copy / "sub" / "train.py").read_text() == "print(1)\n"
    assert (copy / "link").is_symlink()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (copy / "run.sh", copy / "MLproject")}
    assert modes == {"run.sh": 0o555, "MLproject": 0o444}
    (copy / "mark").write_text("")
    assert snapshot(folder, digest, tmp_path / "snapshots") == copy
    assert (copy / "mark").exists()
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_a_working_copy_may_be_littered_and_leaves_the_snapshot_as_it_was(folder: Path, tmp_path: Path) -> None:
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("sub/train.py")
    frozen = snapshot(folder, project_digest(folder), tmp_path / "snapshots")
    for _ in range(2):
        copy = working_copy(frozen, tmp_path / "attempt" / "project")
        assert project_digest(copy) == project_digest(frozen) == project_digest(folder)
        assert copy.joinpath("run.sh").stat().st_mode & 0o777 == 0o755
        (copy / "run.sh").write_text("changed")
        (copy / "litter").write_text("")
    assert project_digest(frozen) == project_digest(folder)


def test_a_snapshot_of_files_that_have_changed_since_is_refused_and_leaves_nothing(
    folder: Path, tmp_path: Path
) -> None:
    digest = project_digest(folder)
    (folder / "MLproject").write_text("name: y\n")
    with pytest.raises(InvalidProject, match="changed while they were copied"):
        snapshot(folder, digest, tmp_path / "snapshots")
    assert list((tmp_path / "snapshots").iterdir()) == []


def test_a_snapshot_may_lie_in_a_folder_that_git_ignores(folder: Path) -> None:
    git(folder, "init", "-q")
    (folder / ".gitignore").write_text("data/\n")
    digest = project_digest(folder)
    assert (snapshot(folder, digest, folder / "data") / "MLproject").is_file()


def test_the_revision_is_the_commit_and_whether_files_differ_from_it(folder: Path) -> None:
    assert git_revision(folder) is None
    git(folder, "init", "-q")
    assert git_revision(folder) is None
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    commit = git(folder, "rev-parse", "HEAD").strip()
    assert git_revision(folder) == commit
    (folder / "sub" / "train.py").write_text("print(2)\n")
    assert git_revision(folder) == f"{commit}-dirty"
    assert git_revision(folder / "sub") == f"{commit}-dirty"
    git(folder, "checkout", "-q", ".")
    (folder / "new").write_text("")
    assert git_revision(folder) == f"{commit}-dirty"
    assert git_revision(folder / "sub") == commit


@pytest.mark.parametrize("name", ["evil", "e=v.il"])
def test_nothing_that_a_repository_configures_is_run(folder: Path, tmp_path: Path, name: str) -> None:
    canary = tmp_path / "canary"
    git(folder, "init", "-q")
    (folder / ".gitattributes").write_text(f"*.py filter={name}\n* diff=evil\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    hooks = folder / ".git" / "hooks"
    for name in ("post-index-change", "fsmonitor-watchman", "post-checkout"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch '{canary}'\n")
        (hooks / name).chmod(0o755)
    evil = f"sh -c \"touch '{canary}'; cat\""
    for setting, value in {
        f"filter.{name}.clean": evil,
        f"filter.{name}.process": evil,
        f"filter.{name}.required": "true",
        "diff.evil.textconv": evil,
        "core.fsmonitor": str(hooks / "fsmonitor-watchman"),
        "core.sshCommand": evil,
        "core.pager": evil,
        "alias.status": f"!touch '{canary}'",
    }.items():
        git(folder, "config", setting, value)
    (folder / "sub" / "train.py").write_text("print(2)\n")
    os.utime(folder / "sub" / "train.py")
    project_digest(folder)
    revision = git_revision(folder)
    assert revision is not None
    assert revision.endswith("-dirty")
    snapshot(folder, project_digest(folder), tmp_path / "snapshots")
    assert not canary.exists()


def test_a_partial_clone_fetches_nothing_that_it_lacks(folder: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    tree = git(folder, "rev-parse", "HEAD^{tree}").strip()
    (folder / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    for setting, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "protocol.allow": "always",
        "protocol.file.allow": "always",
        "remote.origin.promisor": "true",
        "remote.origin.url": str(folder),
        "remote.origin.uploadpack": f"touch '{canary}';",
    }.items():
        git(folder, "config", setting, value)
    revision = git_revision(folder)
    assert revision is not None
    assert revision.endswith("-dirty")
    assert not canary.exists()


def test_variables_of_a_surrounding_git_do_not_lead_it_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(folder, "init", "-q")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert paths(folder) == ["MLproject", "sub/train.py"]
