"""Entries put into environment files, of which everything else stays as it is."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.adoption.describe import Entry
from ecr_constructs.adoption.insert import insert_entries, with_mapping
from ecr_constructs.adoption.render import render_entries
from ecr_constructs.errors import InvalidInput

ENTRY = Entry("new", {"adopt": True}, ())


def inserted(text):
    return insert_entries(
        text, lambda column, newline: render_entries([ENTRY], indent=column, newline=newline), file="dev.yaml"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("env: dev\n", "env: dev\n\necr_repositories:\n  new:\n    adopt: true\n"),
        ("env: dev", "env: dev\n\necr_repositories:\n  new:\n    adopt: true\n"),
        ("env: dev\n# the end\n\n", "env: dev\n# the end\n\necr_repositories:\n  new:\n    adopt: true\n\n"),
        ("--- \nenv: dev\n...\n", "--- \nenv: dev\n\necr_repositories:\n  new:\n    adopt: true\n...\n"),
        ("  env: dev\n", "  env: dev\n\n  ecr_repositories:\n    new:\n      adopt: true\n"),
        ("\ufeffenv: dev\r\n", "\ufeffenv: dev\r\n\r\necr_repositories:\r\n  new:\r\n    adopt: true\r\n"),
        ("ecr_repositories: {}\nenv: dev\n", "ecr_repositories:\n  new:\n    adopt: true\nenv: dev\n"),
        ("ecr_repositories: {  }", "ecr_repositories:\n  new:\n    adopt: true\n"),
        ("ecr_repositories: {} \nx: 1\n", "ecr_repositories:\n  new:\n    adopt: true\nx: 1\n"),
        ("ecr_repositories: {}  # none\n\n", "ecr_repositories:  # none\n  new:\n    adopt: true\n\n"),
        ("ecr_repositories:\n  web:\n", "ecr_repositories:\n  web:\n  new:\n    adopt: true\n"),
        (
            "ecr_repositories:\n  web: {} # w\nx: 1\n",
            "ecr_repositories:\n  web: {} # w\n  new:\n    adopt: true\nx: 1\n",
        ),
        (
            "ecr_repositories:\n     web:\n       tags: {}\n\n# next\nx: 1\n",
            "ecr_repositories:\n     web:\n       tags: {}\n     new:\n       adopt: true\n\n# next\nx: 1\n",
        ),
        (
            "ecr_repositories:\n  web:\n    a: b\n    # of web\n\n  # more\n# x\nx: 1\n",
            "ecr_repositories:\n  web:\n    a: b\n    # of web\n\n  # more\n  new:\n    adopt: true\n# x\nx: 1\n",
        ),
        (
            "a: &a {}\necr_repositories:\n  web: *a\nx: 1\n",
            "a: &a {}\necr_repositories:\n  web: *a\n  new:\n    adopt: true\nx: 1\n",
        ),
        (
            "ecr_repositories:\n  web:\n    list:\n    - a\n    - b\nx: 1\n",
            "ecr_repositories:\n  web:\n    list:\n    - a\n    - b\n  new:\n    adopt: true\nx: 1\n",
        ),
        (
            "ecr_repositories:\n  web:\n    policy: |+\n      {}\n\nx: 1\n",
            "ecr_repositories:\n  web:\n    policy: |+\n      {}\n\n  new:\n    adopt: true\nx: 1\n",
        ),
        (
            'ecr_repositories:\n  web: {tags: {a: "b\n    c"}}\nx: 1\n',
            'ecr_repositories:\n  web: {tags: {a: "b\n    c"}}\n  new:\n    adopt: true\nx: 1\n',
        ),
    ],
)
def test_entries_come_after_the_others_and_nothing_else_changes(before, after):
    assert inserted(before) == after
    old, new = yaml.safe_load(before), yaml.safe_load(after)
    assert new == {**old, "ecr_repositories": {**(old.get("ecr_repositories") or {}), "new": {"adopt": True}}}


@pytest.mark.parametrize(
    ("before", "key"),
    [
        ("{env: dev}\n", ""),
        ("? env\n: dev\n", ""),
        ("ecr_repositories: {web: {}}\n", "ecr_repositories: "),
        ("ecr_repositories: {\n  # none\n}\n", "ecr_repositories: "),
        ("ecr_repositories:\n  ? web\n  : {}\n", "ecr_repositories: "),
        ("a: &a {}\necr_repositories: *a\n", "ecr_repositories: "),
    ],
)
def test_what_cannot_be_added_to_is_refused(before, key):
    with pytest.raises(InvalidInput, match=rf"^dev\.yaml: {key}must .*\[adopt-form\]$"):
        inserted(before)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("ecr_repositories:\nx: 1\n", "ecr_repositories: {}\nx: 1\n"),
        ("ecr_repositories: # none\n", "ecr_repositories: {} # none\n"),
        ("ecr_repositories: ~ # none\n", "ecr_repositories: {} # none\n"),
        ("ecr_repositories: null\n", "ecr_repositories: {}\n"),
        ("ecr_repositories: {}\n", "ecr_repositories: {}\n"),
        ("x: 1\n", "x: 1\n"),
        ("- 1\n- 2\n- 3\n", "- 1\n- 2\n- 3\n"),
        ("", ""),
        ("# nothing\n", "# nothing\n"),
    ],
)
def test_an_empty_value_is_an_empty_mapping(text, filled):
    assert with_mapping(text) == filled


LINES = st.lists(st.sampled_from(["  # in", "# out", "", "      # deep", "   "]), max_size=3).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)
VALUES = st.sampled_from(
    ["", " {}", " {tags: {a: b}}", "\n    scan: true", "\n    tags:\n      a: 'b: c'\n", " ~  # no"]
)


@given(LINES, st.lists(st.tuples(VALUES, LINES), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_wherever_comments_and_blank_lines_stand(head, values, followed, windows):
    """The text before and after the entry is the old one, and so is everything that it says."""
    entries = "".join(f"  r{number}:{value}\n{lines}" for number, (value, lines) in enumerate(values))
    before = f"{head}ecr_repositories:\n{entries}" + ("env: dev\n" if followed else "")
    before = before.replace("\n", "\r\n") if windows else before
    after = inserted(before)
    newline = "\r\n" if windows else "\n"
    addition = newline.join(["  new:", "    adopt: true", ""])
    assert after.replace(addition, "", 1) == before
    old = yaml.safe_load(before)
    assert yaml.safe_load(after) == {**old, "ecr_repositories": {**old["ecr_repositories"], "new": {"adopt": True}}}


texts = st.text(max_size=12) | st.sampled_from(
    ["yes", "1e3", "0x1f", "null", "111111111111", "2026-01-01", "- a", "a: b", "n" * 256]
)
options = st.dictionaries(
    st.sampled_from(["tags", "lifecycle_policy", "allowed_account_ids", "max_image_count"]),
    st.none()
    | st.booleans()
    | st.integers()
    | texts
    | st.lists(texts)
    | st.dictionaries(texts, texts | st.lists(texts)),
    min_size=1,
)


@given(st.dictionaries(texts, options, min_size=1), st.integers(0, 8))
def test_entries_say_in_yaml_what_they_hold(entries, indent):
    """Whatever needs quotes has them, and comments are no part of it."""
    made = [Entry(name, each, ("It is odd. " * 20,)) for name, each in entries.items()]
    text = render_entries(made, indent=indent)
    assert yaml.safe_load(text) == entries
    assert all(line.startswith(" " * indent) for line in text.splitlines() if line.strip())


def test_long_names_and_texts_stay_on_one_line():
    text = render_entries([Entry("n" * 256, {"tags": {"k" * 128: "word " * 50}}, ())], indent=0)
    name, _, tag = text.splitlines()
    assert name == f"{'n' * 256}:"
    assert tag.startswith(f"    {'k' * 128}: ")


def test_entries_look_like_those_of_the_shipped_files():
    entry = Entry(
        "team/api",
        {
            "tags": {"Team": "core", "Cost": "0123"},
            "lifecycle_policy": {"rules": [{"selection": {"tagPatternList": ["v*", "w"]}}]},
            "allowed_account_ids": ["111111111111"],
            "max_image_count": None,
        },
        ("Its repository policy stays unmanaged.",),
    )
    assert render_entries([entry], indent=2) == (
        "  team/api:\n"
        "    # Its repository policy stays unmanaged.\n"
        "    tags:\n"
        "      Team: core\n"
        '      Cost: "0123"\n'
        "    lifecycle_policy:\n"
        "      rules:\n"
        "        - selection:\n"
        "            tagPatternList: [v*, w]\n"
        '    allowed_account_ids: ["111111111111"]\n'
        "    max_image_count: null\n"
    )
