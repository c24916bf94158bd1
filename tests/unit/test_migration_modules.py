"""tfvars files of public modules and lists of names: what they become, and what is refused, by the command itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecr_constructs.adoption.retention import declared_lifecycle_policy
from ecr_constructs.cli.app import run
from ecr_constructs.config.load import load_environments
from ecr_constructs.config.model.kms import KeyAlias
from ecr_constructs.migration.carried import has_weight
from ecr_constructs.migration.tfvars_json import read_tfvars_json

SAID = ["--project", "shop", "--env", "prod", "--region", "us-east-1"]
POLICY = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 3},
            "action": {"type": "expire"},
        }
    ]
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def convert(text, *arguments, name="x.tfvars"):
    """Return the one environment that the command makes of a file."""
    Path(name).write_text(text, encoding="utf-8")
    assert run(["migrate", "--from-tfvars", name, *(arguments or SAID), "--output", "prod.yaml"]) == 0
    (environment,) = load_environments(Path())
    return environment


def only(environment):
    (repository,) = environment.repositories.values()
    return repository


def rules_of(repository):
    policy = declared_lifecycle_policy(repository)
    return None if policy is None else json.loads(policy)["rules"]


def refusals(capsys, text, *arguments, name="x.tfvars"):
    """Return the beginnings of the messages with which the command refuses a file, and writes nothing."""
    Path(name).write_text(text, encoding="utf-8")
    assert run(["migrate", "--from-tfvars", name, *(arguments or SAID), "--output", "prod.yaml"]) == 2
    assert [path.name for path in Path().iterdir()] == [name]
    captured = capsys.readouterr()
    assert captured.out == ""
    *problems, blank, count = captured.err.splitlines()
    assert (blank, count) == ("", f"{len(problems)} error{'s' if len(problems) > 1 else ''} in 1 file.")
    return [line.split(": must")[0] for line in problems]


# Our own layouts: a map of repositories, and a list of names.


@pytest.mark.parametrize(
    "entry", ["{}", "{ max_image_count = null }", '{ lifecycle_policy = "" }', "{ image_scanner = 1 }"]
)
def test_no_image_expires_by_a_number_that_the_file_does_not_say(entry):
    repository = only(convert(f"ecr_repositories = {{ web = {entry} }}\n"))
    assert rules_of(repository) is None
    assert repository.repository_name == "shop-prod-web"


def test_what_the_file_does_not_say_is_written_and_told(capsys):
    convert("ecr_repositories = { web = {} }\n")
    text = Path("prod.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=environment.schema.json\n#\n# Made from x.tfvars.\n")
    written = ["ecr_encryption_type: AES256", "image_tag_mutability: MUTABLE", "scan_on_push: true"]
    out = capsys.readouterr().out
    for each in [*written, "max_image_count: null"]:
        assert f"{each}\n" in text
        assert f"prod.yaml: {each} is written" in out
    assert "names in ECR, to be compared with what is there: shop-prod-web." in out


def test_a_default_is_not_written_where_every_repository_says_the_option_itself():
    environment = convert('ecr_repositories = { a = { max_image_count = 5, image_tag_mutability = "IMMUTABLE" } }\n')
    assert "null" not in Path("prod.yaml").read_text()
    assert only(environment).options.max_image_count == 5
    assert "image_tag_mutability: MUTABLE" not in Path("prod.yaml").read_text()


def test_a_list_of_names_keeps_them_with_its_bucket_and_region():
    environment = convert(
        'region = "eu-central-1"\nbucket = "shop-state"\nrepository_names = [\n  "my-web-app",\n  "change-log",\n'
        '  "insert-service",\n  "todo",\n]\ngithub_repositories = ["a/b"]\n',
        "--project",
        "shop",
        "--env",
        "prod",
    )
    names = {each.repository_name for each in environment.repositories.values()}
    assert names == {"my-web-app", "change-log", "insert-service", "todo"}
    assert {declared_lifecycle_policy(each) for each in environment.repositories.values()} == {None}
    settings = environment.settings
    assert (settings.region, settings.bucket) == ("eu-central-1", "shop-state")
    # Never the state that the bucket may have for this environment already.
    assert settings.state_key == "repositories/prod/terraform.tfstate"


@pytest.mark.parametrize("name", ["my-web-app", "my_app", "change-log", "insert-service", "todo", "enter-prise"])
def test_a_name_is_no_placeholder(capsys, name):
    convert(f'repository_names = ["{name}"]\n')
    assert "placeholder" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ["MY_ACCOUNT_ID", "MY-BUCKET", "your-state-bucket", "change-me", "CHANGEME", "REPLACE_THIS", "TODO", "xxxx"]
)
def test_what_stands_in_for_a_value_is_one(capsys, text):
    Path("x.tfvars").write_text(f'repository_names = ["web"]\nbucket = "{text}"\n')
    assert run(["migrate", "--from-tfvars", "x.tfvars", *SAID]) == 0
    assert "x.tfvars:2: bucket: must be a value" in capsys.readouterr().err


def test_a_variable_with_the_name_of_an_option_holds_for_every_repository():
    environment = convert(
        'repository_names = ["web"]\nimage_tag_mutability = "IMMUTABLE"\nmax_image_count = 7\nscan_on_push = false\n'
    )
    options = only(environment).options
    assert (options.image_tag_mutability, options.max_image_count, options.scan_on_push) == ("IMMUTABLE", 7, False)


def test_the_name_that_an_entry_says_is_the_one_in_ecr():
    assert only(convert('ecr_repositories = { web = { name = "team/web" } }\n')).repository_name == "team/web"


def test_whatever_decides_about_images_and_is_not_understood_is_refused_all_at_once(capsys):
    text = (
        "ecr_repositories = {\n  web = {\n    retention_days = 3\n    read_access_arns = [1]\n"
        '    tag_immutability = true\n    kms_key_arn = "x"\n    name_prefix = "a"\n    team = "b"\n  }\n}\n'
        'ecr_force_delete = true\nuntagged_retention_days = 1\nimage_names = ["a"]\nlog_retention_days = 5\n'
        'vpc_id = "x"\nallowed_account_ids = ["111111111111"]\norganization_id = "o-a1b2c3d4e5"\n'
        "principals_full_access = []\nprotected_tags_keep_count = 4\n"
    )
    assert refusals(capsys, text) == [
        *(
            f"x.tfvars:{line}: ecr_repositories.web.{key}"
            for line, key in (
                *((3, "retention_days"), (4, "read_access_arns"), (5, "tag_immutability"), (6, "kms_key_arn")),
                (7, "name_prefix"),
            )
        ),
        "x.tfvars:11: ecr_force_delete",
        "x.tfvars:12: untagged_retention_days",
        "x.tfvars:13: image_names",
        "x.tfvars:16: allowed_account_ids",
        "x.tfvars:17: organization_id",
        "x.tfvars:19: protected_tags_keep_count",
    ]


@pytest.mark.parametrize(
    ("name", "weighs"),
    [
        ("ecr_strategy", True),
        ("repository_prefix", True),
        ("registry_policy", True),
        ("kms_key_id", True),
        ("image_retention_count", True),
        ("rds_kms_key_id", False),
        ("backup_retention_period", False),
        ("s3_lifecycle_rules", False),
        ("github_repository_name", False),
        ("vpc_cidr", False),
        ("scan_on_push", False),
        ("tags", False),
    ],
)
def test_a_variable_weighs_by_what_it_is_about(name, weighs):
    assert has_weight(name) is weighs


def test_numbers_and_truths_of_tags_become_text_as_in_terraform():
    environment = convert(
        "ecr_repositories = { web = { tags = { f = 1.5, g = null } } }\ntags = { a = 1, b = true, c = 2.0 }\n"
    )
    assert environment.settings.tags == {"a": "1", "b": "true", "c": "2"}
    assert only(environment).options.tags == {"f": "1.5"}


@pytest.mark.parametrize("names", ['"web"', "{ a = 1 }", '["web", 1]'])
def test_names_that_are_no_list_of_texts_are_refused(capsys, names):
    (message,) = refusals(capsys, f"repository_names = {names}\n")
    assert message.startswith("x.tfvars:1: repository_names")


# terraform-aws-modules/terraform-aws-ecr

TAM = 'repository_name = "shop/web"\n'


def test_a_module_that_says_nothing_has_its_own_defaults_and_its_name():
    repository = only(convert(TAM))
    options = repository.options
    assert repository.repository_name == "shop/web"
    assert (options.image_tag_mutability, options.scan_on_push, options.force_delete) == ("IMMUTABLE", True, False)
    assert repository.encryption_type == "AES256"
    assert rules_of(repository) is None
    assert options.enable_cross_account_access is False


def test_the_name_that_our_template_makes_is_not_written_again():
    repository = only(convert('repository_name = "shop-prod-web"\n'))
    assert (repository.logical_name, repository.repository_name) == ("web", "shop-prod-web")
    assert "repository_name" not in Path("prod.yaml").read_text()


@pytest.mark.parametrize("written", [f"<<EOT\n{json.dumps(POLICY)}\nEOT", f"jsonencode({json.dumps(POLICY)})"])
def test_a_lifecycle_policy_is_carried_over(written):
    assert rules_of(only(convert(f"{TAM}repository_lifecycle_policy = {written}\n"))) == POLICY["rules"]


def test_a_lifecycle_policy_that_the_module_does_not_make_is_told_and_left_out(capsys):
    text = f"{TAM}create_lifecycle_policy = false\nrepository_lifecycle_policy = jsonencode({json.dumps(POLICY)})\n"
    assert rules_of(only(convert(text))) is None
    assert "repository_lifecycle_policy is left out: create_lifecycle_policy is not set" in capsys.readouterr().out


def test_what_the_module_says_of_the_repository_is_carried_over():
    environment = convert(
        TAM + 'repository_image_tag_mutability = "MUTABLE_WITH_EXCLUSION"\n'
        'repository_image_tag_mutability_exclusion_filter = [{ filter = "v*", filter_type = "WILDCARD" }]\n'
        'repository_image_scan_on_push = "false"\nrepository_force_delete = true\n'
        'repository_encryption_type = "KMS"\n'
        'repository_kms_key = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"\n'
    )
    repository = only(environment)
    options = repository.options
    assert options.image_tag_mutability == "MUTABLE_WITH_EXCLUSION"
    assert options.image_tag_mutability_exclusion_filters == ("v*",)
    assert (options.scan_on_push, options.force_delete) == (False, True)
    assert str(repository.kms_key).endswith("1234567890ab")


@pytest.mark.parametrize(
    ("key", "expected"), [("", None), ('repository_kms_key = "alias/a"\n', KeyAlias(alias="alias/a"))]
)
def test_a_key_that_is_not_said_is_the_one_of_aws_and_an_alias_is_looked_up(key, expected):
    repository = only(convert(f'{TAM}repository_encryption_type = "KMS"\n{key}'))
    assert (repository.encryption_type, repository.kms_key) == ("KMS", expected)


def test_accounts_that_may_read_may_pull_and_the_own_one_needs_no_grant(capsys):
    text = (
        f'{TAM}account_id = "111111111111"\n'
        'repository_read_access_arns = ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root",\n'
        '  "333333333333"]\n'
    )
    options = only(convert(text)).options
    assert options.enable_cross_account_access is True
    assert options.allowed_account_ids == ("222222222222", "333333333333")
    assert "may no longer read findings, policies and tags" in capsys.readouterr().out


CI, READER = "arn:aws:iam::222222222222:role/ci", "arn:aws:iam::222222222222:user/reader"
READ = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:GetDownloadUrlForLayer",
    "ecr:GetLifecyclePolicy",
    "ecr:GetLifecyclePolicyPreview",
    "ecr:GetRepositoryPolicy",
    "ecr:ListImages",
    "ecr:ListTagsForResource",
]


def statements(repository):
    """Return what the statements of a repository allow to whom, each by its sid."""
    found = {}
    for each in repository.options.policy_statements:
        organizations = each.conditions.get("StringEquals", {}).get("aws:PrincipalOrgID", ())
        found[each.sid] = (sorted(each.actions), [*each.principals, *organizations])
    return found


def test_roles_that_may_read_and_whoever_may_write_get_just_what_the_module_lets_them():
    text = (
        f'{TAM}repository_read_access_arns = ["{READER}", "arn:aws:iam::333333333333:root"]\n'
        f'repository_read_write_access_arns = ["{CI}", "arn:aws:iam::444444444444:root"]\n'
    )
    repository = only(convert(text))
    writing = [CI, "arn:aws:iam::444444444444:root"]
    write = sorted(["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload"])
    assert repository.options.allowed_account_ids == ("333333333333",)
    assert statements(repository) == {"PrivateReadOnly": (READ, [READER, *writing]), "ReadWrite": (write, writing)}


def test_functions_of_the_own_account_may_use_images():
    lambdas = 'repository_lambda_read_access_arns = ["arn:aws:lambda:us-east-1:111111111111:function:*"]\n'
    assert only(convert(f'{TAM}account_id = "111111111111"\n{lambdas}')).options.enable_lambda_pull is True


def test_whatever_of_the_module_cannot_be_said_is_refused_all_at_once(capsys):
    lines = [
        'repository_type = "public"',
        "create = false",
        "create_repository = false",
        'repository_lifecycle_policy = "text"',
        'repository_policy = "{}"',
        'repository_policy_statements = { a = { sid = "a" } }',
        'repository_read_access_arns = ["arn:aws:iam::222222222222:role/ci", "*"]',
        'repository_read_write_access_arns = ["arn:aws:iam::222222222222:role/*"]',
        'repository_lambda_read_access_arns = ["arn:aws:lambda:us-east-1:222222222222:function:one"]',
        "create_registry_policy = true",
        "manage_registry_scanning_configuration = true",
        "create_registry_replication_configuration = true",
        'registry_pull_through_cache_rules = { a = { ecr_repository_prefix = "a" } }',
        "repository_image_tag_mutability = null",
        'repository_image_tag_mutability_exclusion_filter = [{ filter = "a", filter_type = "REGEX" }]',
        "repository_lifecycle_polcy = 1",
    ]
    found = refusals(capsys, "\n".join(lines) + "\n")
    expected = [f"x.tfvars:{number}: {line.split(' =')[0]}" for number, line in enumerate(lines, 1)]
    heads = [each.split("[")[0].split(".filter_type")[0] for each in found]
    assert heads == ["x.tfvars: repository_name", *expected]


OWN = 'account_id = "111111111111"\n'


@pytest.mark.parametrize(
    "text",
    [
        'repository_lambda_read_access_arns = ["arn:aws:lambda:us-east-1:222222222222:function:*"]\n',
        'repository_lambda_read_access_arns = ["arn:aws:lambda:us-east-1:111111111111:function:one"]\n',
        # enable_lambda_pull would be for the functions of that account as well.
        (
            'repository_lambda_read_access_arns = ["arn:aws:lambda:us-east-1:111111111111:function:*"]\n'
            'repository_read_access_arns = ["222222222222"]\n'
        ),
    ],
)
def test_no_function_gets_images_that_the_module_does_not_give_it(capsys, text):
    assert refusals(capsys, TAM + OWN + text) == ["x.tfvars:3: repository_lambda_read_access_arns[0]"]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("create_registry_policy = true", "ecr_registry_policy"),
        ("manage_registry_scanning_configuration = true", "enable_enhanced_scanning"),
        ("create_registry_replication_configuration = true", "replication_destinations"),
        ("registry_pull_through_cache_rules = { a = {} }", "ecr_pull_through_caches"),
    ],
)
def test_what_is_of_the_registry_is_refused_with_the_key_that_says_it(capsys, line, key):
    Path("x.tfvars").write_text(f"{TAM}{line}\n")
    assert run(["migrate", "--from-tfvars", "x.tfvars", *SAID]) == 2
    assert key in capsys.readouterr().err


def test_without_the_name_in_ecr_nothing_is_made(capsys):
    assert refusals(capsys, "create_lifecycle_policy = false\n") == ["x.tfvars: repository_name"]


@pytest.mark.parametrize(
    "line", ["create = 1", "repository_name = 1", "repository_read_access_arns = 1", "repository_force_delete = []"]
)
def test_a_value_of_another_type_is_refused(capsys, line):
    text = line if line.startswith("repository_name") else f"{TAM}{line}"
    assert refusals(capsys, f"{text}\n")[-1].endswith(f": {line.split(' =')[0]}")


def test_what_the_module_does_not_use_is_told(capsys):
    convert(
        f'{TAM}registry_scan_type = "BASIC"\nattach_repository_policy = false\nrepository_policy = "x"\n'
        'repository_read_write_access_arns = ["a"]\n'
    )
    out = capsys.readouterr().out
    assert "registry_scan_type is left out: manage_registry_scanning_configuration is not set" in out
    for name in ("repository_policy", "repository_read_write_access_arns"):
        assert f"{name} is left out: attach_repository_policy is not set" in out


# Cloud Posse's terraform-aws-ecr

LABELS = 'namespace = "eg"\nstage = "prod"\nname = "API"\nregion = "us-east-1"\n'
ON = "scan_images_on_push = true\n"


def cloud_posse(text):
    return convert(text, "--project", "eg")


def rule(priority, description, **selection):
    return {
        "rulePriority": priority,
        "description": description,
        "selection": selection,
        "action": {"type": "expire"},
    }


UNTAGGED = {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 1}
ANY = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 500}


def test_cloud_posses_labels_make_the_name_and_its_defaults_hold():
    repository = only(cloud_posse(LABELS + ON))
    assert (repository.logical_name, repository.repository_name) == ("api", "eg-prod-api")
    options = repository.options
    assert (options.image_tag_mutability, options.scan_on_push, options.force_delete) == ("IMMUTABLE", True, False)
    assert rules_of(repository) == [
        rule(1, "Remove untagged images", **UNTAGGED),
        rule(2, "Rotate images when reach 500 images stored", **ANY),
    ]


def test_labels_beside_what_is_said_of_images_are_of_cloud_posse():
    assert rules_of(only(cloud_posse(LABELS + "max_image_count = 20\n")))[1]["selection"]["countNumber"] == 20


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ("use_fullname = false\n", "api"),
        ('attributes = ["x", "", "Y!", "x"]\n', "eg-prod-api-x-y"),
        ('delimiter = "/"\nenvironment = "ue1"\n', "eg/ue1/prod/api"),
        ('delimiter = ""\n', "egprodapi"),
        ('tenant = "t"\n', "eg-prod-api"),
        ('tenant = "t"\nlabel_order = ["tenant", "name"]\n', "t-api"),
        ("id_length_limit = 0\n", "eg-prod-api"),
        ('image_names = ["web/app"]\nid_length_limit = 6\n', "web/app"),
    ],
)
def test_the_name_is_the_one_that_the_labels_make(more, name):
    assert only(cloud_posse(LABELS + ON + more)).repository_name == name


def test_every_image_keeps_its_name_though_one_is_the_template_of_another():
    environment = cloud_posse(LABELS + 'image_names = ["web", "eg-prod-web", "eg-prod-db"]\n')
    names = {each.logical_name: each.repository_name for each in environment.repositories.values()}
    assert names == {"web": "web", "eg-prod-web": "eg-prod-web", "db": "eg-prod-db"}


def test_the_rules_are_the_ones_of_the_module_in_its_order():
    text = (
        'max_image_count = "20"\ntime_based_rotation = true\nprotected_tags = ["v", "*dev"]\n'
        "protected_tags_keep_count = 9\ncustom_lifecycle_rules = [{\n"
        '  selection = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 4,\n'
        '    tagPrefixList = [], tagPatternList = null }\n  action = { type = "expire" }\n}]\n'
    )
    tagged = {"tagStatus": "tagged", "countType": "imageCountMoreThan", "countNumber": 9}
    days = {"countType": "sinceImagePushed", "countUnit": "days"}
    own = rule(3, "", tagStatus="untagged", countNumber=4, **days)
    own.pop("description")
    assert rules_of(only(cloud_posse(LABELS + text))) == [
        rule(1, "Protects images tagged with wildcard *dev", tagPatternList=["*dev"], **tagged),
        rule(2, "Protects images tagged with prefix v", tagPrefixList=["v"], **tagged),
        own,
        rule(4, "Rotate images older than 20 days old", tagStatus="any", countNumber=20, **days),
    ]


@pytest.mark.parametrize(
    "text",
    [
        'enable_lifecycle_policy = false\nmax_image_count = 3\nprotected_tags = ["v"]\n',
        (
            "default_lifecycle_rules_settings = { untagged_image_rule = { enabled = false }\n"
            "  remove_old_image_rule = { enabled = false } }\n"
        ),
    ],
)
def test_where_the_module_makes_no_policy_every_image_is_kept(text):
    assert rules_of(only(cloud_posse(LABELS + ON + text))) is None


def test_what_cloud_posses_module_says_of_access_and_encryption_is_carried_over():
    text = (
        'encryption_configuration = { encryption_type = "KMS", kms_key = null }\nforce_delete = true\n'
        'principals_readonly_access = ["arn:aws:iam::222222222222:root"]\nprincipals_lambda = ["222222222222"]\n'
        'organizations_readonly_access = ["o-a1b2c3d4e5"]\nimage_tag_mutability = "IMMUTABLE_WITH_EXCLUSION"\n'
        'image_tag_mutability_exclusion_filter = [{ filter = "latest" }]\n'
    )
    repository = only(cloud_posse(LABELS + text))
    options = repository.options
    assert (repository.encryption_type, repository.kms_key) == ("KMS", None)
    assert (options.allowed_account_ids, options.organization_id) == (("222222222222",), "o-a1b2c3d4e5")
    assert (options.enable_lambda_pull, options.force_delete) == (True, True)
    assert options.image_tag_mutability_exclusion_filters == ("latest",)


def test_whoever_may_push_or_do_everything_by_cloud_posses_module_may_do_just_that(capsys):
    text = (
        f'principals_full_access = ["{CI}"]\nprincipals_push_access = ["222222222222"]\n'
        f'principals_readonly_access = ["{READER}"]\n'
        'organizations_readonly_access = ["o-a1b2c3d4e5", "o-b1b2c3d4e5"]\n'
        'organizations_full_access = ["o-c1b2c3d4e5"]\norganizations_push_access = ["o-d1b2c3d4e5"]\n'
    )
    push = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:CompleteLayerUpload",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
    ]
    repository = only(cloud_posse(LABELS + text))
    assert statements(repository) == {
        "ReadonlyAccess": (READ, [READER]),
        "PushAccess": (push, ["222222222222"]),
        "FullAccess": (["ecr:*"], [CI]),
        "OrganizationsReadonlyAccess": (READ, ["*", "o-a1b2c3d4e5", "o-b1b2c3d4e5"]),
        "OrganizationsPushAccess": (push, ["*", "o-d1b2c3d4e5"]),
        "OrganizationsFullAccess": (["ecr:*"], ["*", "o-c1b2c3d4e5"]),
    }
    assert repository.options.organization_id is None
    assert "full access is ecr:* in policy_statements" in capsys.readouterr().out


def test_whatever_of_cloud_posses_module_cannot_be_said_is_refused_all_at_once(capsys):
    lines = [
        "enabled = false",
        'principals_full_access = ["*"]',
        'principals_push_access = ["arn:aws:iam::222222222222:role/*"]',
        'principals_readonly_access = ["codebuild.amazonaws.com"]',
        'principals_pull_though_access = ["arn:aws:iam::222222222222:root"]',
        'principals_lambda = ["222222222222"]',
        "replication_configurations = [{ rules = [] }]",
        "max_image_count = null",
        "image_tag_mutability = null",
        'context = { namespace = "x" }',
        'regex_replace_chars = "/x/"',
        'label_value_case = "title"',
        "id_length_limit = 6",
        'lifecycle_policy = "x"',
    ]
    found = refusals(capsys, "\n".join(lines) + '\nnamespace = "eg"\nstage = "prod"\nname = "api"\n')
    assert [each.split("[")[0] for each in found] == [
        f"x.tfvars:{number}: {line.split(' =')[0]}" for number, line in enumerate(lines, 1)
    ]


def test_without_images_and_labels_no_name_is_known(capsys):
    assert refusals(capsys, ON) == ["x.tfvars: image_names"]


def test_a_file_of_two_modules_is_refused(capsys):
    assert refusals(capsys, TAM + 'image_names = ["web"]\n') == ["x.tfvars:1: repository_name"]


# JSON

DATA = """{
  "project": "shop", "env": "prod",
  "region": "us-east-1",
  "ecr_repositories": {
    "web": {"max_image_count": null, "tags": {"a": true}},
    "api": {
      "allowed_account_ids": [
        "222222222222"
      ],
      "enable_cross_account_access": true
    }
  }
}
"""


def test_a_file_that_is_json_is_read_as_such(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "hcl2", None)
    environment = convert(DATA, "--project", "shop", name="x.tfvars.json")
    assert list(environment.repositories) == ["api", "web"]
    assert environment.repositories["api"].options.allowed_account_ids == ("222222222222",)
    assert environment.repositories["web"].options.tags == {"a": "true"}


def test_values_in_json_have_their_lines(capsys):
    text = DATA.replace('"max_image_count"', '"keep_last"').replace("null", "3").replace("allowed_account_ids", "arns")
    assert refusals(capsys, text, "--project", "shop", name="x.tfvars.json") == [
        "x.tfvars.json:5: ecr_repositories.web.keep_last",
        "x.tfvars.json:7: ecr_repositories.api.arns",
    ]


@pytest.mark.parametrize("text", [DATA, '\n{"a": [1, {"b": "\\u00e9\\"}"}, [], {}], "c": -1.5e3, "d": {}}', "{}"])
def test_json_is_what_json_says(text):
    assert read_tfvars_json(text, "x") == (json.loads(text), [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n"a": 1,\n}', "x.json:3: must be one mapping in JSON."),
        ("[1]", "x.json:1: must be one mapping in JSON."),
        ("", "x.json:1: must be one mapping in JSON."),
        ("[" * 100_000, "x.json: must be one mapping in JSON."),
        ('{"a": 1,\n"a": 2}', "x.json:2: a: must be given once; it is also at line 1."),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(text, message):
    _, (problem,) = read_tfvars_json(text, "x.json")
    assert str(problem).startswith(message)
