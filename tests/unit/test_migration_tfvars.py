"""tfvars files, and the environment files that are made from them."""

from __future__ import annotations

import sys
import types

import pytest

from ecr_constructs.config.model.file import EnvironmentSettings
from ecr_constructs.migration import hcl
from ecr_constructs.migration.convert import migrate_tfvars
from ecr_constructs.migration.hcl import read_tfvars
from ecr_constructs.migration.texts import read_content

SAID = {"project": "shop", "env": "prod", "region": "us-east-1"}

PRODUCTION = """\
# Production
environment = "prod"
aws_region  = "us-east-1" // near
vpc_cidr    = "10.0.0.0/16"

/* Where the
   images are */
ecr_repositories = {
  "web-app" = {
    image_tag_mutability        = "IMMUTABLE" # never again
    scan_on_push                = true
    enable_enhanced_scanning    = true
    scan_frequency              = "CONTINUOUS_SCAN"
    max_image_count             = 50
    lifecycle_policy            = null
    enable_cross_account_access = true
    allowed_account_ids         = ["222222222222", 333333333333,]
    enable_replication          = true
    replication_destinations = [
      {
        region      = "us-west-2"
        registry_id = null
      }
    ]
  }

  worker = { max_image_count = 20
    lifecycle_policy = jsonencode({
      rules = [
        {
          rulePriority = 1
          selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 10 }
          action       = { "type" : "expire" }
        }
      ]
    })
    team = "a"
  }
  "team/api" = {}
}

ecr_encryption_type = "AES256"
"""

PRODUCTION_MADE = """\
# yaml-language-server: $schema=environment.schema.json
#
# Made from prod.tfvars.
schema_version: 7
project: shop
env: prod
region: us-east-1

ecr_encryption_type: AES256

# What the file leaves out, as it holds here.
# max_image_count: null keeps every image.
ecr_defaults:
  image_tag_mutability: MUTABLE
  scan_on_push: true
  max_image_count: null

ecr_repositories:
  web-app:
    image_tag_mutability: IMMUTABLE
    scan_on_push: true
    enable_enhanced_scanning: true
    scan_frequency: CONTINUOUS_SCAN
    max_image_count: 50
    enable_cross_account_access: true
    allowed_account_ids:
      - "222222222222"
      - "333333333333"
    enable_replication: true
    replication_destinations:
      - region: us-west-2
  worker:
    lifecycle_policy:
      rules:
        - rulePriority: 1
          selection:
            tagStatus: any
            countType: imageCountMoreThan
            countNumber: 10
          action:
            type: expire
  team/api: {}
"""


@pytest.fixture
def convert(tmp_path):
    """Return a function that makes an environment file from the text of `prod.tfvars`."""

    def converted(text, said=SAID, output=None):
        file = tmp_path / "prod.tfvars"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return migrate_tfvars(file, output, said=said)

    return converted


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_whole_file_is_converted_and_the_loader_finds_nothing_wrong_with_it(convert, end):
    migration, problems = convert(PRODUCTION.replace("\n", end), {"project": "shop"})
    assert (problems, list(migration.warnings)) == ([], [])
    assert migration.content.decode() == PRODUCTION_MADE
    assert list(migration.notes) == [
        "ecr_repositories.worker.team is left out: no repository has such an option",
        "ecr_repositories.worker.max_image_count is left out: its lifecycle_policy is the whole of it",
        "image_tag_mutability: MUTABLE is written, because the file does not say it of worker, team/api",
        "scan_on_push: true is written, because the file does not say it of worker, team/api",
        "max_image_count: null is written, because the file does not say it of team/api",
        (
            "names in ECR, to be compared with what is there: shop-prod-web-app, shop-prod-worker, shop-prod-team/api. "
            "Where one differs, add repository_name to its entry before the first plan"
        ),
        "left out, because an environment file has no such key: vpc_cidr",
    ]


# How a value is written, and what it is.
VALUES = {
    "text": ('"a"', "a"),
    "escapes": (r'"\"a\\b\n\tc\u00e9\U0001F433"', '"a\\b\n\tcé🐳'),
    "dollars and percents": ('"$${x} %%{y} $x 5%"', "${x} %{y} $x 5%"),
    "comment signs": ('"a # b // c /* d */"', "a # b // c /* d */"),
    "whole number": ("12", 12),
    "negative number": ("-5", -5),
    "fraction": ("1.5", 1.5),
    "exponent": ("1e3", 1000.0),
    "true": ("true", True),
    "false": ("false", False),
    "null": ("null", None),
    "parentheses": ('("a")', "a"),
    "list": ('[1, "a", [true]]', [1, "a", [True]]),
    "empty list": ("[]", []),
    "list in lines": ("[\n  1, # one\n  2,\n]", [1, 2]),
    "mapping": ('{ a = 1, "b-c" = "d", e : true }', {"a": 1, "b-c": "d", "e": True}),
    "empty mapping": ("{}", {}),
    "heredoc": ('<<EOT\n{\n  "a": "b\\n"\n}\nEOT', '{\n  "a": "b\\n"\n}\n'),
    "indented heredoc": ("<<-EOT\n    a\n      b\n\n    $${c}\n  EOT", "a\n  b\n\n${c}\n"),
    "JSON": ('jsonencode({ a = ["b"] })', {"a": ["b"]}),
}


@pytest.mark.parametrize(("source", "value"), VALUES.values(), ids=VALUES)
def test_a_literal_is_read_as_terraform_reads_it(source, value):
    variables, problems = read_tfvars(f"first = 1\nvalue = {source}\nlast = 2\n", "x.tfvars")
    assert problems == []
    assert dict(variables) == {"first": 1, "value": value, "last": 2}
    assert type(variables["value"]) is type(value) or source.startswith("jsonencode")


EXPRESSIONS = [
    "var.x",
    "local.a.b",
    '"a-${var.x}"',
    '"%{ if true }a%{ endif }"',
    "1 + 2",
    '"a" == "b"',
    'true ? "a" : "b"',
    'file("x")',
    "merge({}, {})",
    'jsonencode("a")',
    "jsonencode(var.x)",
    "[for x in [1] : x]",
    "{for k, v in {} : k => v}",
    'x["a"]',
    "!true",
    "<<EOT\n${x}\nEOT",
    "word",
    r'"\q"',
    r'"\UFFFFFFFF"',
    "9" * 5000,
]


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_what_is_no_literal_is_refused_with_its_line(source):
    _, (problem,) = read_tfvars(f"first = 1\n\nvalue = {{\n  inner = {source}\n}}\n", "x.tfvars")
    assert (problem.source, problem.code) == ("x.tfvars:4", "tfvars-literal")
    assert problem.key == "value.inner"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a = "b\nc = 1\n', "x.tfvars"),
        ("a = {\n", "x.tfvars"),
        ("a = 1\na = 2\n", "x.tfvars:2: a: must be given once; it is also at line 1."),
        ("a = {\n  b = 1\n  b = 2\n}\n", "x.tfvars:3: a.b: must be given once; it is also at line 2."),
        ("a = 1\nb {\n}\n", "x.tfvars:2: must be a `name = value` line, not a block."),
        ("a = [1,\n  var.x]\n", "x.tfvars:2: a[1]: must be a literal, got 'var.x'."),
        ("a = " + "(" * 3000 + "1" + ")" * 3000, "x.tfvars: must not be nested so deeply."),
        ("a = " + "[" * 60 + "]" * 60, "x.tfvars:1: a"),
    ],
)
def test_what_is_no_file_of_values_is_refused_with_its_line(text, message):
    _, problems = read_tfvars(text, "x.tfvars")
    assert str(problems[0]).startswith(message)


@pytest.mark.parametrize("entry", ["parses_to_tree", "parses", "parser"])
def test_each_of_the_packages_that_are_imported_by_that_name_will_do(monkeypatch, entry):
    """python-hcl2 8, python-hcl2 7, and the fork that comes with checkov."""
    tree = hcl.parse("a = [1]\n\n")

    def parse(text):
        return tree

    fork = types.SimpleNamespace(Hcl2=types.SimpleNamespace(lark_parser=types.SimpleNamespace(parse=parse)))
    monkeypatch.setitem(sys.modules, "hcl2", types.SimpleNamespace(**{entry: fork if entry == "parser" else parse}))
    assert read_tfvars("a = [1]\n", "x.tfvars") == ({"a": [1]}, [])


def made(convert, text, said=SAID):
    migration, problems = convert(text, said)
    assert problems == []
    return read_content(migration.content, "prod.yaml").data


def test_what_the_file_does_not_say_can_be_said_beside_it(convert):
    text = 'ecr_repositories = {}\nproject_name = "shop"\ncommon_tags = { Team = "a" }\naws_account_id = 111111111111\n'
    assert made(convert, text, {"env": "prod", "region": "us-east-1"}) == {
        "schema_version": 7,
        "project": "shop",
        "env": "prod",
        "region": "us-east-1",
        "account_id": "111111111111",
        "tags": {"Team": "a"},
        "ecr_repositories": {},
    }


def test_a_policy_in_a_heredoc_stays_text(convert):
    text = 'ecr_repositories = {\n  a = {\n    lifecycle_policy = <<EOT\n{"rules": []}\nEOT\n  }\n}\n'
    migration, _ = convert(text)
    assert b'lifecycle_policy: |\n      {"rules": []}\n' in migration.content


def test_null_keeps_every_image_and_is_no_number_of_ours(convert):
    """To an environment file, `max_image_count: null` keeps every image, and without it 100 are kept."""
    data = made(convert, "ecr_repositories = { a = { max_image_count = null, scan_on_push = null } }\n")
    assert data["ecr_repositories"] == {"a": {"max_image_count": None}}
    assert data["ecr_defaults"]["scan_on_push"] is True


@pytest.mark.parametrize("key", ["ecr_enable_scan_findings_logging", "ecr_log_retention_days"])
def test_logging_of_findings_is_passed_on_where_the_models_know_it_and_else_listed(convert, key):
    migration, problems = convert(f"ecr_repositories = {{}}\n{key} = 30\n")
    assert problems == []
    passed_on = f"{key}: 30" in migration.content.decode()
    assert passed_on == (key in EnvironmentSettings.model_fields)
    assert passed_on != any(note.endswith(f"no such key: {key}") for note in migration.notes)


def test_repositories_on_github_are_carried_over_and_the_identity_provider_is_not_made_again(convert, load):
    """The layout that has them makes GitHub's identity provider in a folder of its own."""
    text = 'repository_names = ["web"]\ngithub_repos = [\n  "acme/app",\n  "acme/infra",\n]\n'
    migration, problems = convert(text, SAID)
    assert problems == []
    assert b"github_repos:\n  - acme/app\n  - acme/infra\ngithub_oidc_provider: existing\n" in migration.content
    assert [note.partition(":")[0] for note in migration.notes][-2:] == ["github_repos", "github_oidc_provider"]
    (environment,) = load(prod=migration.content)
    assert [each.repo for each in environment.settings.github_repos] == ["acme/app", "acme/infra"]


@pytest.mark.parametrize("value", ["[]", "null"])
def test_no_repositories_on_github_are_nothing(convert, value):
    migration, problems = convert(f'repository_names = ["web"]\ngithub_repos = {value}\n', SAID)
    assert problems == []
    assert b"github" not in migration.content


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ('"acme/app"', "prod.tfvars:2: github_repos: must be a list, got 'acme/app'."),
        ("[7]", "prod.tfvars:2: github_repos[0]: must be text, got 7."),
    ],
)
def test_repositories_on_github_are_a_list_of_texts(convert, value, message):
    _, problems = convert(f'repository_names = ["web"]\ngithub_repos = {value}\n', SAID)
    assert [message in str(each) for each in problems] == [True]


def test_what_stands_in_for_a_value_is_reported_once_with_its_line(convert):
    text = PRODUCTION.replace("registry_id = null", 'registry_id = "YOUR_ACCOUNT_ID"')
    migration, problems = convert(text, SAID)
    assert problems == []
    (warning,) = migration.warnings
    assert (warning.code, warning.source.rpartition("/")[2]) == ("placeholder", "prod.tfvars:22")
    assert warning.key == "ecr_repositories.web-app.replication_destinations[0].registry_id"


def test_what_has_to_be_added_by_hand_is_reported_with_its_line_in_the_new_file(convert):
    migration, problems = convert("ecr_repositories = {}\necr_log_retention_days = 31\n", output="x/prod.yaml")
    assert problems == []
    (warning,) = migration.warnings
    assert (warning.code, warning.source) == ("log-retention", "x/prod.yaml:9")


@pytest.mark.parametrize(
    ("text", "said", "message"),
    [
        ("ecr_repositories = {}\n", {}, "prod.tfvars: project: must be given. Add it, or say --project."),
        ('ecr_repositories = {}\nenv = ""\n', {"project": "a", "region": "r"}, "prod.tfvars:2: env: must be given."),
        (
            'env = "dev"\necr_repositories = {}\n',
            SAID,
            "prod.tfvars:1: env: must be what --env says, 'prod', got 'dev'.",
        ),
        ("a = 1\n", SAID, "prod.tfvars: ecr_repositories: must be given."),
        ("ecr_repositories = []\n", SAID, "prod.tfvars:1: ecr_repositories: must be a mapping, got []."),
        ("ecr_repositories = {\n  a = 1\n}\n", SAID, "prod.tfvars:2: ecr_repositories.a: must be a mapping, got 1."),
        ("ecr_repositories = { a = var.x }\n", SAID, "prod.tfvars:1: ecr_repositories.a: must be a literal"),
        (
            'ecr_repositories = { a = { tags = { b = "$${c}" } } }\n',
            SAID,
            "prod.yaml:21: ecr_repositories.a.tags.b: must be",
        ),
        (b"a = \xff\n", SAID, "prod.tfvars: must be text in UTF-8."),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(convert, text, said, message):
    migration, problems = convert(text, said)
    assert migration.content == b""
    assert str(problems[0]).rpartition("/")[2].startswith(message)


def test_a_file_that_is_not_there_is_reported(tmp_path):
    _, (problem,) = migrate_tfvars(tmp_path / "none.tfvars", None, said=SAID)
    assert (problem.code, problem.got) == ("file", "No such file or directory")
