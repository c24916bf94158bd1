"""Changing keys of a YAML text: what is concerned changes, and not a byte beside it."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.migration.edit import edit_yaml, split_lines

CHANGES = {"schema_version": 7, "ecr_strategy": "local", "ecr_account_id": None, "ecr_account_region": None}
AFTER = ("project", "env", "region", "account_id")

# Each text before and after CHANGES.
TEXTS = {
    "a number in its place, a key after its kin, and two lines gone": (
        (
            "schema_version: 6\nproject: shop\nenv: dev\nregion: us-east-1\necr_account_id: '1'\necr_account_region:\n"
            "tags: {a: b}\n"
        ),
        "schema_version: 7\nproject: shop\nenv: dev\nregion: us-east-1\necr_strategy: local\ntags: {a: b}\n",
    ),
    "comments, empty lines and odd spaces": (
        (
            "# yaml-language-server: $schema=x.json\n\n# Shop\nproject:   shop  # ours\n\nenv: dev# not a comment\n"
            "region: us-east-1 # near\n# Dev\necr_account_id: '1' # gone\n\n\n# Tags\ntags:\n   a:  b\n"
        ),
        (
            "# yaml-language-server: $schema=x.json\n\n# Shop\nschema_version: 7\nproject:   shop  # ours\n\n"
            "env: dev# not a comment\nregion: us-east-1 # near\necr_strategy: local\n# Dev\n\n\n# Tags\ntags:\n"
            "   a:  b\n"
        ),
    ),
    "indented, after a document's start and a directive": (
        "%YAML 1.1\n---\n  project: shop\n  env: dev\n  tags:\n     a: b\n...\n",
        (
            "%YAML 1.1\n---\n  schema_version: 7\n  project: shop\n  env: dev\n  ecr_strategy: local\n  tags:\n"
            "     a: b\n...\n"
        ),
    ),
    "line ends of Windows": (
        "project: shop\r\nregion: us-east-1\r\necr_account_id: '1'\r\ntags: {}\r\n",
        "schema_version: 7\r\nproject: shop\r\nregion: us-east-1\r\necr_strategy: local\r\ntags: {}\r\n",
    ),
    "no end of the last line": (
        "schema_version: 1\nproject: shop",
        "schema_version: 7\nproject: shop\necr_strategy: local",
    ),
    "no end of the last line, which goes": (
        "project: shop\ntags: {}\n\necr_account_id: '1'\necr_account_region: us-east-1",
        "schema_version: 7\nproject: shop\necr_strategy: local\ntags: {}\n\n",
    ),
    "a key that says nothing yet": (
        "schema_version:\nproject: shop\necr_strategy: # which\n",
        "schema_version: 7\nproject: shop\necr_strategy: local # which\n",
    ),
    "quotes as the file has them": (
        '"project": "shop"\n"ecr_strategy": "x" # here\n"schema_version": 3\n',
        '"project": "shop"\n"ecr_strategy": "local" # here\n"schema_version": 7\n',
    ),
    "braces": (
        "{project: shop, env: dev, ecr_account_id: '1', ecr_account_region: x, tags: {a: b}}\n",
        "{schema_version: 7, project: shop, env: dev, ecr_strategy: local, tags: {a: b}}\n",
    ),
    "JSON": (
        '{\n  "project": "shop",\n  "region": "us-east-1",\n  "ecr_account_id": "1"\n}\n',
        '{\n  "schema_version": 7, "project": "shop",\n  "region": "us-east-1", "ecr_strategy": "local"\n}\n',
    ),
    "a value in the next line, and one of two lines": (
        "project:\n  # whose\n  shop\nregion: us-\n  east-1\necr_account_id:\n  '1'\ntags: {}\n",
        "schema_version: 7\nproject:\n  # whose\n  shop\nregion: us-\n  east-1\necr_strategy: local\ntags: {}\n",
    ),
    "none of the keys after which one may stand": (
        "# nobody\ntags: x\n",
        "# nobody\nschema_version: 7\ntags: x\necr_strategy: local\n",
    ),
    "anchors, tags and merges elsewhere": (
        "project: shop\nbase: &b {a: !!str 1}\necr_defaults:\n  <<: *b\n",
        "schema_version: 7\nproject: shop\necr_strategy: local\nbase: &b {a: !!str 1}\necr_defaults:\n  <<: *b\n",
    ),
    "letters beyond ASCII, and beyond 16 bits": (
        "# ümlaut 🐳\nproject: shop # 🐳\nschema_version: 6 # 🐳\n",
        "# ümlaut 🐳\nproject: shop # 🐳\necr_strategy: local\nschema_version: 7 # 🐳\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), TEXTS.values(), ids=TEXTS)
def test_only_what_is_concerned_changes(before, after):
    assert edit_yaml(before, CHANGES, after=AFTER) == (after, [])


@pytest.mark.parametrize(("_before", "after"), TEXTS.values(), ids=TEXTS)
def test_the_same_changes_again_change_nothing(_before, after):
    assert edit_yaml(after, CHANGES, after=AFTER) == (after, [])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("project: shop\nschema_version: &v 6\nother: *v\n", "schema_version"),
        ("version: &v 6\nproject: shop\nschema_version: *v\n", "schema_version"),
        ("project: shop\nschema_version: !!int 6\n", "schema_version"),
        ("project: shop\nschema_version: [6]\n", "schema_version"),
        ("project: |\n  shop\n", "project"),
        ("project: shop\necr_account_id: >\n  1\n", "ecr_account_id"),
        ("? project\n: shop\n", "project"),
        ("project: shop\n? ecr_account_id\n: x\n", "ecr_account_id"),
        ("{ecr_account_id: x, project: shop}", "ecr_account_id"),
        ("{project: shop, # ours\n ecr_account_id: x}", "ecr_account_id"),
    ],
)
def test_a_place_where_a_change_is_not_safe_is_refused_and_the_text_stays(text, key):
    edited, problems = edit_yaml(text, CHANGES, after=AFTER)
    assert edited == text
    assert key in [problem.key for problem in problems]
    assert {problem.code for problem in problems} == {"edit-unsafe"}


@pytest.mark.parametrize("text", ["", "# nothing\n", "[a, b]\n", "text\n", "{}\n"])
def test_a_text_without_keys_is_refused(text):
    edited, (problem,) = edit_yaml(text, CHANGES, after=AFTER)
    assert (edited, problem.code) == (text, "edit-unsafe")


def test_lines_end_where_those_of_a_file_do():
    assert split_lines("a\r\n\nb\rc\u2028d\n\x0ce") == ["a\r\n", "\n", "b\r", "c\u2028d\n", "\x0ce"]


WORDS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
VALUES = st.one_of(
    WORDS,
    st.sampled_from(
        ["", "'quoted # text'", '"a: b"', "{a: [1, 2]}", "[x,  y]", "\n    nested: 1\n    more: # why\n      - 2"]
    ),
)
COMMENTS = st.sampled_from(["", " # why", "   #\ttab"])
BETWEEN = st.sampled_from(["", "\n", "# above\n", "\n  # indented\n\n", "#\n"])


@st.composite
def files(draw):
    """Texts of environment files with anything between their keys, and with any of those that may change."""
    names = draw(st.lists(WORDS.map("x_{}".format), min_size=0, max_size=4, unique=True))
    concerned = draw(st.lists(st.sampled_from([*CHANGES]), max_size=4, unique=True))
    entries = [(name, draw(VALUES)) for name in names]
    entries += [(name, draw(st.sampled_from(["", "1", "'1'", '"x"', "word"]))) for name in ["project", *concerned]]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = "".join(
        f"{draw(BETWEEN)}{name}: {value}{draw(COMMENTS)}\n" for name, value in draw(st.permutations(entries))
    )
    return text.removesuffix(draw(st.sampled_from(["", "\n"]))).replace("\n", end)


@given(files())
def test_every_other_line_stays_as_it_is_and_the_data_is_as_intended(text):
    edited, problems = edit_yaml(text, CHANGES, after=AFTER)
    assert problems == []
    data = yaml.safe_load(text)
    expected = {key: value for key, value in {**data, **CHANGES}.items() if value is not None or key not in CHANGES}
    assert yaml.safe_load(edited) == expected

    def others(content):
        return [line.strip("\r\n") for line in split_lines(content) if not line.strip().startswith((*CHANGES,))]

    assert others(edited) == others(text)
    assert "\n" not in text or {line.endswith("\r\n") for line in split_lines(edited)[:-1]} <= {"\r\n" in text}
    assert edit_yaml(edited, CHANGES, after=AFTER) == (edited, [])
