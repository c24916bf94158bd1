"""Reading YAML: plain data, the line of everything, and nothing that YAML lets pass by silently."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.config.reading.reader import YamlDocument, read_yaml
from ecr_constructs.errors import Problem


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A file for one text after the other."""
    return tmp_path_factory.mktemp("reader") / "dev.yaml"


def read(file: Path, text: str | bytes) -> YamlDocument:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(file, name="dev.yaml")


def messages(document: YamlDocument) -> list[str]:
    return [str(problem) for problem in document.problems]


def test_a_file_is_read_as_plain_data(file):
    document = read(file, "a: 1\nb: [x, 2.5, true, null]\nc:\n  d: text\n  e: {}\n")

    assert document.data == {"a": 1, "b": ["x", 2.5, True, None], "c": {"d": "text", "e": {}}}
    assert document.problems == []


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "null\n", "~\n", "--- # a\n...\n", "\n\n", "\ufeff"])
def test_a_file_that_says_nothing_is_an_empty_mapping(file, text):
    document = read(file, text)
    assert (document.data, document.problems) == ({}, [])


def test_a_byte_order_mark_and_line_ends_of_windows_are_read(file):
    document = read(file, b"\xef\xbb\xbfa: x\r\nb: y\r\n")

    assert (document.data, document.problems) == ({"a": "x", "b": "y"}, [])
    assert document.line(("b",)) == 2


def test_every_key_and_entry_has_its_line(file):
    document = read(file, "# first\na: 1\nb:\n  - x\n  - y: 2\n    z: 3\nc: {d: [1,\n  2]}\n")

    assert document.lines == {
        (): 2,
        ("a",): 2,
        ("b",): 3,
        ("b", 0): 4,
        ("b", 1): 5,
        ("b", 1, "y"): 5,
        ("b", 1, "z"): 6,
        ("c",): 7,
        ("c", "d"): 7,
        ("c", "d", 0): 7,
        ("c", "d", 1): 8,
    }


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (("a",), "dev.yaml:1"),
        (("b", "c"), "dev.yaml:3"),
        (("b", "missing"), "dev.yaml:2"),
        (("b", "c", 0, "missing"), "dev.yaml:3"),
        (("missing",), "dev.yaml:1"),
        ((), "dev.yaml:1"),
    ],
)
def test_a_problem_is_located_at_the_innermost_part_of_its_path_that_is_there(file, path, source):
    document = read(file, "a: 1\nb:\n  c: 2\n")
    assert document.locate(Problem(path, "code", "rule")).source == source


def test_a_problem_of_an_empty_file_is_located_at_the_file(file):
    assert read(file, "").locate(Problem(("a",), "code", "rule")).source == "dev.yaml"


def test_a_file_is_called_by_its_path_where_no_name_is_given(file):
    file.write_text("")
    assert read_yaml(file).file == file.as_posix()


def test_an_alias_stands_for_what_it_names_and_keeps_its_lines(file):
    document = read(file, "a: &x\n  b: 1\nc: *x\n")

    assert document.data == {"a": {"b": 1}, "c": {"b": 1}}
    assert (document.line(("c",)), document.line(("c", "b"))) == (3, 2)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: &x 1\nb: *x\nc: &x 2\nd: *x\n", {"a": 1, "b": 1, "c": 2, "d": 2}),
        ("- &x {k: 1}\n- *x\n- &x {k: 2}\n- *x\n", [{"k": 1}, {"k": 1}, {"k": 2}, {"k": 2}]),
        (
            "a: &x {k: 1}\nb: {<<: *x}\nc: &x {k: 2}\nd: {<<: *x}\n",
            {"a": {"k": 1}, "b": {"k": 1}, "c": {"k": 2}, "d": {"k": 2}},
        ),
        # A mapping has its name before what is in it, and so may what is in it take the name over.
        ("a: &x {k: &x 1, l: *x}\nb: *x\n", {"a": {"k": 1, "l": 1}, "b": 1}),
        ("&x a: 1\n&x b: *x\n", {"a": 1, "b": "b"}),
        ("a: &x 1\nb: &x [*x]\n", None),
    ],
)
def test_an_anchor_that_is_defined_again_hides_the_first_one_from_there_on(file, text, data):
    """https://yaml.org/spec/1.2.2/#71-alias-nodes: an alias is the most recent node with its anchor."""
    document = read(file, text)

    if data is None:
        # From `&x` on it is the list, which therefore contains itself.
        assert [problem.code for problem in document.problems] == ["yaml-alias"]
    else:
        assert (document.data, document.problems) == (data, [])


def test_what_an_anchor_stands_for_keeps_the_line_where_it_was_defined(file):
    document = read(file, "a: &x {k: 1}\nb: *x\nc: &x {k: 2}\nd: *x\n")
    assert [document.line((key, "k")) for key in "abcd"] == [1, 1, 3, 3]


@pytest.mark.parametrize(
    ("merge", "data"),
    [
        ("<<: *x", {"k": 1, "l": 1}),
        ("<<: *x\n  k: 9", {"k": 9, "l": 1}),
        ("k: 9\n  <<: *x", {"k": 9, "l": 1}),
        ("<<: [*x, *y]", {"k": 1, "l": 1, "m": 2}),
        ("<<: [*y, *x]", {"k": 2, "l": 1, "m": 2}),
        ("<<: {l: 3}", {"l": 3}),
        ("<<: []", {}),
        ("'<<': *x", {"<<": {"k": 1, "l": 1}}),
    ],
)
def test_merged_keys_stand_behind_own_ones_and_of_several_mappings_the_first_counts(file, merge, data):
    document = read(file, f"x: &x\n  k: 1\n  l: 1\ny: &y\n  k: 2\n  m: 2\nz:\n  {merge}\n")

    assert document.problems == []
    assert document.data["z"] == data
    # PyYAML's own loader is the judge of what a merge means.
    assert yaml.safe_load(file.read_text())["z"] == data


def test_a_merged_key_has_the_line_where_it_is_written(file):
    document = read(file, "x: &x\n  k: 1\ny: &y\n  k: 2\nz:\n  <<: [*x, *y]\n  l: 3\n")
    assert [document.line(("z", key)) for key in ("k", "l")] == [2, 7]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\na: 2\n", "dev.yaml:2: a: must be given once; it is also at line 1. Remove one of the two."),
        ("a:\n  b: 1\n  'b': 2\n", "dev.yaml:3: a.b: must be given once; it is also at line 2."),
        ("- {a: 1, a: 2}\n", "dev.yaml:1: [0].a: must be given once; it is also at line 1."),
        ("1: x\n", "dev.yaml:1: must have text as keys, and '1' is not read as text. Write the key in quotes."),
        ("TRUE: x\n", "dev.yaml:1: must have text as keys, and 'TRUE' is not read as text."),
        ("a:\n  .5: x\n", "dev.yaml:2: a: must have text as keys, and '.5' is not read as text."),
        ("null: x\n", "dev.yaml:1: must have text as keys, and 'null' is not read as text."),
        ("? {a: b}\n: x\n", "dev.yaml:1: must have text as keys, not lists or mappings."),
        ("a:\n  <<: 5\n", "dev.yaml:2: a: must merge mappings alone with <<."),
        ("a:\n  <<: [{b: c}, d]\n", "dev.yaml:2: a: must merge mappings alone with <<."),
        ("a: &a {b: *a}\n", "dev.yaml:1: a.b: must not contain itself. Remove the alias."),
        ("a: &a [*a]\n", "dev.yaml:1: a[0]: must not contain itself."),
        ("a: &a\n  <<: *a\n", "dev.yaml:1: a: must not contain itself."),
        ("a: !thing x\n", "dev.yaml:1: a: must not carry the tag !thing. Remove the tag."),
        ("a: !thing {}\n", "dev.yaml:1: a: must not carry the tag !thing."),
        ("a: !!set {b, c}\n", "dev.yaml:1: a: must not carry the tag !!set."),
        ("a: !!python/name:os.system x\n", "dev.yaml:1: a: must not carry the tag !!python/name:os.system."),
        ("a: !!bool yes\n", "dev.yaml:1: a: must be a value that YAML can read, and 'yes' is none."),
        ("a: !!int x\n", "dev.yaml:1: a: must be a value that YAML can read, and 'x' is none."),
        ("a: !!bool x\n", "dev.yaml:1: a: must be a value that YAML can read, and 'x' is none."),
        ("a: !!null x\n", "dev.yaml:1: a: must be a value that YAML can read, and 'x' is none."),
        ("a: !!float x\n", "dev.yaml:1: a: must be a value that YAML can read, and 'x' is none."),
        (f"a: {'9' * 5000}\n", "dev.yaml:1: a: must be a value that YAML can read, and '999"),
        ("a: !!timestamp 2024-01-01\n", "dev.yaml:1: a: must not carry the tag !!timestamp."),
        ("a: !!binary eA==\n", "dev.yaml:1: a: must not carry the tag !!binary."),
        (f"a: 0x{'f' * 5000}\n", "dev.yaml:1: a: must be a number of at most 64 bits."),
        (f"a: -{2**63}\n", "dev.yaml:1: a: must be a number of at most 64 bits."),
        ("a: ${var.b}\n", "dev.yaml:1: a: must be plain text, and '${var.b}' is an expression of Terraform."),
        ("a: '#{TfToken[TOKEN.0]}'\n", "dev.yaml:1: a: must be plain text, and '#{TfToken[TOKEN.0]}' is an expression"),
        ("${var.b}: c\n", "dev.yaml:1: must have plain text as keys, and '${var.b}' is an expression of Terraform."),
        ("a: [\n", "dev.yaml:2: must be YAML ("),
        ("a: b: c\n", "dev.yaml:1: must be YAML (mapping values are not allowed in this context)."),
        ("a: 1\n---\nb: 2\n", "dev.yaml:2: must hold one document, got another one."),
        ("a: *b\n", "dev.yaml:1: must be YAML (found undefined alias"),
        (b"a: \xff\n", "dev.yaml:1: must be text in UTF-8, got the byte 0xff."),
        ("a: 1\nb: \a\n", "dev.yaml:2: must be YAML (control characters are not allowed)."),
        ("a: 1\nb: " + "[" * 51 + "]" * 51, "dev.yaml:2: must hold at most 50 levels."),
        ("a: [" + "[], " * 60 + "]\nb: " + "[" * 51 + "]" * 51, "dev.yaml:2: must hold at most 50 levels."),
        ("a: " + "{b: " * 2000, "dev.yaml:1: must hold at most 50 levels."),
        ("".join(f"{' ' * depth}a:\n" for depth in range(60)), "dev.yaml:51: must hold at most 50 levels."),
        (
            "a0: &a0 {}\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 60)),
            "dev.yaml:1: must hold at most 50 levels, those of an alias counted.",
        ),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_yaml_or_its_readers_let_pass_is_one_problem(file, text, found):
    (message,) = messages(read(file, text))
    assert message.startswith(found)


def test_right_numbers_depths_and_tags_are_read(file):
    deep = "[" * 49 + "x" + "]" * 49
    document = read(file, f"a: {2**63 - 1}\nb: {deep}\nc: !!str 7\nd: !!map {{}}\ne: '2024-02-30'\n")

    assert document.problems == []
    assert (document.data["a"], document.data["c"], document.data["e"]) == (2**63 - 1, "7", "2024-02-30")


def test_all_problems_are_collected_and_the_rest_is_read(file):
    document = read(file, "a: 1\na: 2\nb: !x y\nc:\n  7: z\n  d: ${e}\nf: right\n")

    assert [problem.code for problem in document.problems] == [
        "yaml-duplicate-key",
        "yaml-tag",
        "yaml-key",
        "yaml-expression",
    ]
    assert document.data == {"a": 1, "b": None, "c": {"d": None}, "f": "right"}
    assert document.unread == {("b",), ("c", "d")}


def test_a_problem_in_what_aliases_repeat_is_reported_once(file):
    document = read(file, "a: &a {k: 1, k: 2, l: !x y}\nb: *a\nc: {<<: *a}\n")

    assert [problem.code for problem in document.problems] == ["yaml-duplicate-key", "yaml-tag"]
    assert document.unread == {("a", "l"), ("b", "l"), ("c", "l")}


@pytest.mark.parametrize("name", ["directory", "broken_link", "missing"])
def test_what_cannot_be_read_is_a_problem(tmp_path, name):
    path = tmp_path / "dev.yaml"
    if name == "directory":
        path.mkdir()
    if name == "broken_link":
        path.symlink_to(tmp_path / "nowhere")
    (problem,) = read_yaml(path, name="dev.yaml").problems

    assert (problem.source, problem.code, problem.rule) == ("dev.yaml", "file", "must be a file that can be read")
    assert problem.got == ("Is a directory" if name == "directory" else "No such file or directory")


def plain(value: object) -> bool:
    """Tell whether data is made of what the models are made for."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(inner) for key, inner in value.items())
    return all(map(plain, value)) if isinstance(value, list) else not isinstance(value, set | tuple)


@given(
    st.text(alphabet="ab: -[]{}&*!<'\"|>?%@`#,\n\t~01.", max_size=30) | st.binary(max_size=20) | st.text(max_size=20)
)
def test_any_content_is_read_as_plain_data_or_reported(file, text):
    document = read(file, text)

    assert document.problems or plain(document.data)
    for message in messages(document):
        assert message.startswith("dev.yaml")
        assert len(message.splitlines()) == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text("ab c-7", max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab-c", max_size=4), inner, max_size=3),
        max_leaves=8,
    )
)
def test_what_a_yaml_writer_writes_is_read_as_it_was(file, data):
    document = read(file, yaml.safe_dump({"data": data}))

    assert document.problems == []
    assert document.data == {"data": data}
