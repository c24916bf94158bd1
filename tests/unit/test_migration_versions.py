"""Environment files of older versions: what becomes of them, and which are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.config.model.file import EnvironmentSettings
from ecr_constructs.migration.convert import migrate_source
from ecr_constructs.migration.files import SourceFile
from ecr_constructs.migration.texts import problems_of, read_content
from ecr_constructs.migration.versions import CURRENT, STEPS, plan_migration

ACCOUNT = 'ecr_account_id: "111111111111"\n'
REGION = "ecr_account_region: us-east-1\n"


def head(env="prod"):
    return f"project: shop\nenv: {env}\nregion: us-east-1\n"


@pytest.fixture
def migrate(tmp_path):
    """Return a function that migrates the text of `prod.yaml`, or of another file."""

    def migrated(text, name="prod.yaml"):
        content = text if isinstance(text, bytes) else text.encode()
        return migrate_source(SourceFile(tmp_path / name, content, read_content(content, name)), None)

    return migrated


def test_the_steps_are_in_order_and_lead_to_the_version_that_is_read():
    assert [step.version for step in STEPS] == list(range(2, CURRENT + 1))
    assert EnvironmentSettings.model_fields["schema_version"].default == CURRENT
    assert [step.version for step in STEPS if step.change] == [7]


# What a file says beside project, env and region; what it says then; and the notes.
FILES = {
    "development has its own": (
        "dev",
        "schema_version: 6\n" + ACCOUNT + REGION,
        {"schema_version": 7, "ecr_strategy": "local"},
        [
            "schema_version: 7, was 6",
            "ecr_strategy: local, because env is dev",
            "ecr_account_id is",
            "ecr_account_region",
        ],
    ),
    "an account makes it cross-account": (
        "prod",
        "schema_version: 6\n" + ACCOUNT + REGION,
        {
            "schema_version": 7,
            "ecr_strategy": "cross_account",
            "ecr_account_id": "111111111111",
            "ecr_account_region": "us-east-1",
        },
        ["schema_version: 7, was 6", "ecr_strategy: cross_account, because ecr_account_id is set"],
    ),
    "no account makes it local": (
        "prod",
        "schema_version: 1\n",
        {"schema_version": 7, "ecr_strategy": "local"},
        ["schema_version: 7, was 1", "ecr_strategy: local, because ecr_account_id is not set"],
    ),
    "an empty account is none": (
        "prod",
        "schema_version: 5\necr_account_id: ''\necr_account_region:\n",
        {"schema_version": 7, "ecr_strategy": "local"},
        [
            "schema_version: 7",
            "ecr_strategy: local, because ecr_account_id is not set",
            "ecr_acc",
            "ecr_account_region is",
        ],
    ),
    "a strategy that is said stays": (
        "dev",
        "schema_version: 6\necr_strategy: cross_account\n" + ACCOUNT + REGION,
        {
            "schema_version": 7,
            "ecr_strategy": "cross_account",
            "ecr_account_id": "111111111111",
            "ecr_account_region": "us-east-1",
        },
        ["schema_version: 7, was 6"],
    ),
    "a local strategy that is said loses what means nothing": (
        "prod",
        "schema_version: 6\necr_strategy: local\n" + ACCOUNT,
        {"schema_version": 7, "ecr_strategy": "local"},
        ["schema_version: 7, was 6", "ecr_account_id is removed: with ecr_strategy: local it means nothing"],
    ),
    "an empty strategy is none": (
        "prod",
        "ecr_strategy:\n" + ACCOUNT + REGION,
        {
            "schema_version": 7,
            "ecr_strategy": "cross_account",
            "ecr_account_id": "111111111111",
            "ecr_account_region": "us-east-1",
        },
        ["schema_version: 7, was not said", "ecr_strategy: cross_account, because ecr_account_id is set"],
    ),
    "no version is the oldest": (
        "prod",
        "",
        {"schema_version": 7, "ecr_strategy": "local"},
        ["schema_version: 7, was not said", "ecr_strategy: local, because ecr_account_id is not set"],
    ),
}


@pytest.mark.parametrize(("env", "text", "data", "notes"), FILES.values(), ids=FILES)
def test_a_file_comes_to_the_current_version_with_a_note_on_every_change(migrate, env, text, data, notes):
    migration, problems = migrate(head(env) + text, f"{env}.yaml")
    assert (problems, list(migration.warnings)) == ([], [])
    after = read_content(migration.content, "after.yaml").data
    assert after == {"project": "shop", "env": env, "region": "us-east-1", **data}
    assert len(migration.notes) == len(notes)
    assert all(note.startswith(start) for note, start in zip(migration.notes, notes, strict=True))


@pytest.mark.parametrize(("env", "text"), [(env, text) for env, text, *_ in FILES.values()], ids=FILES)
def test_what_was_migrated_stays_as_it_is(migrate, env, text):
    first, _ = migrate(head(env) + text, f"{env}.yaml")
    second, problems = migrate(first.content, f"{env}.yaml")
    assert (second.content, second.notes, problems) == (first.content, (), [])


def test_a_file_of_the_current_version_stays_even_if_it_is_wrong(migrate):
    text = "schema_version: 7\ncolour: red\n" + ACCOUNT
    migration, problems = migrate(text)
    assert (migration.content, problems) == (text.encode(), [])


def test_the_mark_at_the_start_of_a_file_and_its_line_ends_stay(migrate):
    text = "\ufeff# Shop\n" + head() + "tags: {a: b} # all\n"
    migration, problems = migrate(text.replace("\n", "\r\n"))
    expected = text.replace("project", "schema_version: 7\nproject").replace("tags", "ecr_strategy: local\ntags")
    assert (migration.content.decode(), problems) == (expected.replace("\n", "\r\n"), [])


REFUSED = {
    "newer": (
        "schema_version: 8\necr_repositories: {}\n",
        "prod.yaml:1: schema_version: must be a whole number from 1",
    ),
    "newest": (
        "schema_version: 13\nproject: shop\n",
        "prod.yaml:1: schema_version: must be a whole number from 1 to 7",
    ),
    "too old": (
        head() + "schema_version: 0\n",
        "prod.yaml:4: schema_version: must be a whole number from 1 to 7, got 0",
    ),
    "text": ("schema_version: '6'\n", "prod.yaml:1: schema_version: must be a whole number from 1 to 7, got '6'"),
    "a truth": ("schema_version: true\n", "prod.yaml:1: schema_version: must be a whole number from 1 to 7, got True"),
    "nothing": ("schema_version:\n", "prod.yaml:1: schema_version: must be a whole number from 1 to 7, got None"),
    "unknown key": (head() + "ecr_repositries: {}\n", "prod.yaml:4: ecr_repositries: must be a known key"),
    "list": ("- a\n", "prod.yaml:1: must be a mapping"),
    "empty": ("", "prod.yaml: must be a mapping"),
    "syntax": ("project: [\n", "prod.yaml:2: must be YAML"),
    "twice": ("project: a\nproject: b\n", "prod.yaml:2: project: must be given once"),
    "encoding": (b"project: \xff\n", "prod.yaml:1: must be text in UTF-8"),
    "expression": (head() + "tags: {a: '${b}'}\n", "prod.yaml:4: tags.a: must be plain text"),
    "merged in": (head() + "x: &x {schema_version: 6}\n<<: *x\n", "prod.yaml:4: x: must be a known key"),
    "shared": ("schema_version: &v 6\n" + head(), "prod.yaml:1: schema_version: must stand without an anchor"),
    "no region of the source": (head() + ACCOUNT, "prod.yaml:4: ecr_strategy: must come with ecr_account_id and"),
    "options of repositories that it would not make": (
        head() + ACCOUNT + REGION + "ecr_repositories:\n  web: {max_image_count: 5}\n",
        "prod.yaml:7: ecr_repositories.web.max_image_count: must",
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_understood_is_refused_with_its_line(migrate, text, message):
    migration, problems = migrate(text)
    assert str(problems[0]).startswith(message)
    assert migration.notes == ()


def test_a_key_that_is_merged_in_is_not_written_a_second_time(migrate):
    text = "<<: {schema_version: 6, ecr_account_id: ''}\n" + head()
    migration, (problem,) = migrate(text)
    assert (migration.content.decode(), problem.code) == (text, "edit-unsafe")


def test_problems_that_the_strategy_would_make_say_so(migrate):
    _, problems = migrate(head() + ACCOUNT + REGION + "ecr_repositories:\n  web: {max_image_count: 5}\n")
    assert all(
        "Version 7 makes this ecr_strategy: cross_account; if that is not meant" in str(each) for each in problems
    )


def test_problems_that_a_file_had_before_are_warnings(migrate):
    migration, problems = migrate("schema_version: 6\n" + head() + "ecr_shards: 0\n", "other.yaml")
    assert problems == []
    assert [str(warning).split(": must")[0] for warning in migration.warnings] == [
        "other.yaml:3: env",
        "other.yaml:6: ecr_shards",
    ]


@given(
    env=st.sampled_from(["dev", "prod"]),
    said=st.fixed_dictionaries(
        {},
        optional={
            "ecr_strategy": st.sampled_from(["local", "cross_account", None, ""]),
            "ecr_account_id": st.sampled_from(["111111111111", "", None]),
            "ecr_account_region": st.sampled_from(["us-east-1", "", None]),
        },
    ),
)
def test_a_file_without_a_version_that_is_right_as_it_is_keeps_its_meaning(env, said):
    data = {"project": "shop", "env": env, "region": "us-east-1", **said}
    plan = plan_migration(data)
    if not problems_of(data, file_stem=env):
        kept = {"ecr_strategy": data.get("ecr_strategy", "local"), "schema_version": 7}
        removed = [key for key, value in plan.changes.items() if value is None]
        assert {**data, **plan.changes} == {**data, **kept, **dict.fromkeys(removed)}
        assert all(data[key] is None for key in removed)


FRAGMENTS = st.sampled_from(
    [
        *("schema_version: 6\n", "schema_version: 7\n", "schema_version: &v 6\n", "project: shop\n", "env: dev\n"),
        *("region: us-east-1\n", ACCOUNT, REGION, "ecr_strategy:\n", "is_prod: true\n", "services: [a, {name: b}]\n"),
        *(
            "ecr_repositories:\n  web:\n",
            "ecr_repositories: *v\n",
            "<<: {env: prod}\n",
            "? x\n: y\n",
            "- a\n",
            "{",
            "}",
        ),
        *("# why\n", "}", "---\n", "...\n", "\r\n", "  ", "\t", "'", "|\n", "\u2028", "\x85", "\ufeff", "🐳", "\x00"),
    ]
)


@given(st.lists(FRAGMENTS, max_size=8).map("".join), st.sampled_from([None, "new/prod.yaml"]))
def test_whatever_a_file_says_it_is_migrated_for_good_or_refused(text, output):
    content = text.encode()
    document = read_content(content, "prod.yaml")
    migration, problems = migrate_source(SourceFile(Path("prod.yaml"), content, document), output)
    if problems:
        assert all(problem.source.startswith(("prod.yaml", "new/prod.yaml")) for problem in problems)
        return
    again, problems = migrate_source(
        SourceFile(Path("prod.yaml"), migration.content, read_content(migration.content, "prod.yaml")), None
    )
    assert (again.content, problems) == (migration.content, [])
