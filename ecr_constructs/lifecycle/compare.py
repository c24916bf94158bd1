"""What another policy would have done to the same images: what newly goes, and what newly stays."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

from ecr_constructs.changes.revisions import GitError, WorkTree
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.load import load_file
from ecr_constructs.config.reading.reader import read_yaml
from ecr_constructs.core.lifecycle.evaluate import Outcome
from ecr_constructs.core.lifecycle.origin import WrittenRule
from ecr_constructs.errors import InvalidInput, Problem, file_name, one_line, show
from ecr_constructs.lifecycle.policies import policy_of, read_policy, repository_named
from ecr_constructs.lifecycle.preview import Preview
from ecr_constructs.lifecycle.texts import text_of

__all__ = ["Comparison", "compare", "earlier_policy"]

_OPTION = "--compare"
_SUFFIXES = (".yaml", ".yml")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The outcomes that are others than those of an earlier policy, each as it is now and as it was.

    Attributes:
        name: What it is compared with, as messages name it.
        newly_expired: What expires and did not.
        newly_archived: What is moved to the archive and was not, expired or kept.
        newly_kept: What stays and did not.
        earlier: What the earlier policy does.
    """

    name: str
    newly_expired: tuple[Outcome, ...]
    newly_archived: tuple[Outcome, ...]
    newly_kept: tuple[Outcome, ...]
    earlier: Preview


def compare(preview: Preview, earlier: Preview, name: str) -> Comparison:
    """Compare what a policy does with what an earlier one does to the same images.

    Args:
        preview: What the policy does.
        earlier: What the earlier one does.
        name: What the earlier one is called.
    """
    before = {each.image.digest: each.action for each in earlier.outcomes}
    changed = [each for each in preview.outcomes if each.action != before[each.image.digest]]
    return Comparison(
        name=name,
        newly_expired=tuple(each for each in changed if each.action == "expire"),
        newly_archived=tuple(each for each in changed if each.action == "transition"),
        newly_kept=tuple(each for each in changed if each.action == "keep"),
        earlier=earlier,
    )


def earlier_policy(
    text: str, *, environment: Environment | None, repository: DeclaredRepository | None, file: Path | None
) -> tuple[list[WrittenRule], list[Problem]]:
    """Return the policy that a preview is compared with; none where the repository had no policy.

    Args:
        text: A file with a policy or an environment, or a revision of git that has the environment's file. A file that
            there is goes before a revision of that name.
        environment: The environment; None where a document is previewed by itself.
        repository: Its repository.
        file: Its file.

    Returns:
        The rules, and every problem.
    """
    path = Path(text)
    if path.is_file() or path.suffix == ".json":
        if path.suffix not in _SUFFIXES:
            content, problems = text_of(path, _OPTION)
            if problems:
                return [], problems
            rules, problems = read_policy(content)
            return rules, [each.at(file_name(path)) for each in problems]
        content, problems = text_of(path, _OPTION)
        return ([], problems) if problems else _of_environment(content, file_name(path), repository)
    if environment is None or repository is None or file is None:
        rule = "must be a file: a revision of git is one of an environment's file"
        fix = "Name the file of a policy, or ENV and REPOSITORY."
        return [], [Problem((_OPTION,), "compare-revision", rule, show(text), fix)]
    found, problems = _at_revision(text, file)
    return ([], problems) if problems else _of_environment(found, f"{one_line(text)}:{file_name(file)}", repository)


def _of_environment(
    text: str, shown: str, repository: DeclaredRepository | None
) -> tuple[list[WrittenRule], list[Problem]]:
    """Return the policy of a repository as the file of an environment has it, whatever that file is called."""
    if repository is None:
        fix = "Name ENV and REPOSITORY, or compare with the file of a policy."
        rule = "must be a policy where no repository is named"
        return [], [Problem((_OPTION,), "compare-revision", rule, show(shown), fix)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "copy.yaml")
        file.write_text(text, encoding="utf-8", newline="")
        data = read_yaml(file).data
        env = data.get("env") if isinstance(data, dict) else None
        if isinstance(env, str) and env.isascii() and env.replace("-", "").replace("_", "").isalnum():
            file = file.rename(Path(folder, f"{env}.yaml"))  # else its name is refused as it stands in the file
        try:
            environment = load_file(file)
        except InvalidInput as error:
            return [], [each.at(each.source.replace(file_name(file), shown)) for each in error.problems]
    former = repository.options.renamed_from
    names = [repository.logical_name, *([former] if former else []), repository.repository_name]
    known = {*environment.repositories, *(each.repository_name for each in environment.made.values())}
    name = next((each for each in names if each in known), names[0])
    declared, problems = repository_named(environment, name, argument=_OPTION)
    if declared is None:
        return [], [each.at(shown) for each in problems]
    return policy_of(declared)


def _at_revision(revision: str, file: Path) -> tuple[str, list[Problem]]:
    """Return what a file held at a revision."""
    rule = f"must be a file, or a revision of git that has {file_name(file)}"
    try:
        tree = WorkTree.around(file.parent)
        there, path = tree.revision(revision), tree.path_of(file)
        found = tree.contents(there, [path]).get(path)
    except GitError as error:
        got = f"{show(revision)} ({error})"
        return "", [Problem((_OPTION,), "compare-revision", rule, got, "Such as main, HEAD~1 or a tag.")]
    if found is None:
        fix = "Name a revision that has the file, or a file of an earlier policy."
        return "", [Problem((_OPTION,), "compare-revision", rule, show(revision), fix)]
    return found.decode("utf-8-sig", errors="replace"), []
