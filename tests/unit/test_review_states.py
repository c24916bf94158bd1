"""States, accounts, regions and whole environments that a change moves."""

import pytest

from ecr_constructs.review.states import judge_states
from tests.unit.reviewed import change_of

HEAD = "project: shop\nenv: dev\n"
DEV = f"{HEAD}region: eu-west-1\n"
STATE = "bucket: acme-states\n"
ONE, OTHER = "account_id: '111111111111'\n", "account_id: '222222222222'\n"
MOUNTING = "ecr_account_settings: {blob_mounting: ENABLED}\n"
EXCLUDED = f"{ONE}ecr_pull_time_update_exclusions: ['arn:aws:iam::111111111111:role/scanner']\n"
ROLE = "assume_role_arn: arn:aws:iam::{}:role/deploy\n"
REPOSITORIES = "ecr_repositories: {api: {}, web: {}}\n"
REFERRED = (
    "ecr_strategy: cross_account\necr_account_id: '222222222222'\necr_account_region: us-east-1\n"
    f"ecr_repository_name: '{{project}}/{{name}}'\n{REPOSITORIES}"
)


def found(base, head, *, name="dev"):
    base, head = ({} if text is None else {f"{name}.yaml": text} for text in (base, head))
    return [*judge_states(change_of(base, head))]


def told(base, head):
    return [
        (each.code, each.severity, ".".join(map(str, each.path)), each.at_base, each.repositories)
        for each in found(base, head)
    ]


CASES = {
    "a local state that moves to a bucket": (
        DEV,
        DEV + STATE,
        [("state-moved", "danger", "bucket", False, ())],
    ),
    "another bucket": (
        DEV + STATE,
        f"{DEV}bucket: shop-states\n",
        [("state-moved", "danger", "bucket", False, ())],
    ),
    "another key": (
        DEV + STATE,
        f"{DEV}{STATE}state_key: dev.tfstate\n",
        [("state-moved", "danger", "state_key", False, ())],
    ),
    "another region": (
        DEV,
        f"{HEAD}region: us-east-1\n",
        [("environment-moved", "danger", "region", False, ())],
    ),
    "another region, with a bucket": (
        DEV + STATE,
        f"{HEAD}region: us-east-1\n{STATE}",
        [
            ("environment-moved", "danger", "region", False, ()),
            ("state-moved", "danger", "region", False, ()),
        ],
    ),
    "another region and bucket": (
        DEV + STATE,
        f"{HEAD}region: us-east-1\nbucket: shop-states\n",
        [
            ("environment-moved", "danger", "region", False, ()),
            ("state-moved", "danger", "bucket", False, ()),
        ],
    ),
    "another account": (
        DEV + ONE,
        DEV + OTHER,
        [("environment-moved", "danger", "account_id", False, ())],
    ),
    "a role of another account": (
        DEV + ROLE.format("111111111111"),
        DEV + ROLE.format("222222222222"),
        [
            ("environment-moved", "danger", "assume_role_arn", False, ()),
            ("credentials-changed", "attention", "assume_role_arn", False, ()),
        ],
    ),
    "another profile": (
        f"{DEV}aws_profile: one\n",
        f"{DEV}aws_profile: other\n",
        [("credentials-changed", "attention", "aws_profile", False, ())],
    ),
    "a role": (
        DEV + ONE,
        DEV + ONE + ROLE.format("111111111111"),
        [("credentials-changed", "attention", "assume_role_arn", False, ())],
    ),
    "another external id": (
        f"{DEV}{ROLE.format('111111111111')}assume_role_external_id: one\n",
        f"{DEV}{ROLE.format('111111111111')}assume_role_external_id: other\n",
        [("credentials-changed", "attention", "assume_role_external_id", False, ())],
    ),
    "more stacks of what refers to repositories": (
        DEV + REFERRED,
        f"{DEV}ecr_shards: 2\n{REFERRED}",
        [("state-shards", "danger", "ecr_shards", False, ("web",))],
    ),
    "more stacks of repositories, which is told as what becomes of their images": (
        DEV + REPOSITORIES,
        f"{DEV}ecr_shards: 2\n{REPOSITORIES}",
        [],
    ),
    "other versions of the provider": (
        DEV,
        f'{DEV}aws_provider_version: "~> 6.30"\n',
        [("provider-versions", "note", "aws_provider_version", False, ())],
    ),
    "versions of the provider that rise to what is asked for": (
        DEV,
        f"{DEV}{MOUNTING}",
        [("provider-versions", "note", "ecr_account_settings.blob_mounting", False, ())],
    ),
    "versions of the provider that fall with what is asked for no more": (
        f"{DEV}{MOUNTING}{EXCLUDED}",
        DEV + EXCLUDED,
        [("provider-versions", "note", "ecr_account_settings.blob_mounting", True, ())],
    ),
    "versions of the provider that fall with all that is asked for": (
        f"{DEV}{MOUNTING}",
        DEV,
        [("provider-versions", "note", "ecr_account_settings.blob_mounting", True, ())],
    ),
    "versions that were said and now rise by themselves": (
        f'{DEV}aws_provider_version: "~> 6.26"\n',
        f"{DEV}{MOUNTING}",
        [("provider-versions", "note", "aws_provider_version", True, ())],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_moves_is_told_at_the_key_that_moves_it(case):
    base, head, expected = CASES[case]
    assert told(base, head) == expected


@pytest.mark.parametrize("case", CASES)
def test_what_moves_back_is_told_as_well(case):
    base, head, expected = CASES[case]
    assert [each[0] for each in told(head, base)] == [each[0] for each in expected]


SAID = {
    "an account that is said no more": (
        DEV + ONE,
        DEV,
        [("account-unchecked", "attention", "account_id", True, ())],
    ),
    "an account that is said no more, with another profile": (
        f"{DEV}{ONE}aws_profile: one\n",
        f"{DEV}aws_profile: other\n",
        [
            ("account-unchecked", "danger", "account_id", True, ()),
            ("credentials-changed", "attention", "aws_profile", False, ()),
        ],
    ),
    "an account that is said no more, with a role in it": (
        DEV + ONE,
        DEV + ROLE.format("111111111111"),
        [("credentials-changed", "attention", "assume_role_arn", False, ())],
    ),
    "an account that is said no more, with a role of another one": (
        DEV + ONE,
        DEV + ROLE.format("222222222222"),
        [
            ("environment-moved", "danger", "account_id", True, ()),
            ("credentials-changed", "attention", "assume_role_arn", False, ()),
        ],
    ),
    "an account that is newly said": (DEV, DEV + ONE, []),
}


@pytest.mark.parametrize("case", SAID)
def test_an_account_that_is_said_no_more_is_one_that_nothing_refuses(case):
    base, head, expected = SAID[case]
    assert told(base, head) == expected


def test_other_credentials_of_which_nobody_knows_the_account_say_so():
    one, other = (f"{DEV}aws_profile: {each}\n" for each in ("one", "other"))
    (each,) = found(one, other)
    assert each.details == ("without account_id nothing refuses credentials of another account",)
    (each,) = found(one + ONE, other + ONE)
    assert each.details == ()


def test_why_versions_of_the_provider_rise_is_told():
    (each,) = found(DEV, f"{DEV}{MOUNTING}")
    assert each.what == "Terraform's AWS provider may be ~> 6.29 instead of ~> 6.25"
    assert each.details == ("the account setting BLOB_MOUNTING needs 6.29 or a later one",)
    assert "init -upgrade" in each.fix


def test_what_asks_for_a_version_no_more_is_told_with_what_still_asks_for_one():
    (each,) = found(f"{DEV}{MOUNTING}{EXCLUDED}", DEV + EXCLUDED)
    assert each.what == "Terraform's AWS provider may be ~> 6.28 instead of ~> 6.29"
    assert each.details == (
        "the account setting BLOB_MOUNTING, which needs 6.29 or a later one, is asked for no more",
        "an exclusion from updates of the pull time needs 6.28 or a later one",
    )
    assert each.fix == "The version that was installed is one of these as well."


KEPT = {
    "nothing": (DEV + REPOSITORIES, DEV + REPOSITORIES),
    "a comment": (DEV, f"# development\n{DEV}"),
    "the key of the state written out": (
        DEV + STATE,
        f"{DEV}{STATE}state_key: layers/compute/dev/terraform.tfstate\n",
    ),
    "other defaults written out": (DEV, f'{DEV}ecr_shards: 1\naws_provider_version: "~> 6.25"\n'),
    "versions in another spelling": (
        f'{DEV}aws_provider_version: ">= 6.25, < 7"\n',
        f'{DEV}aws_provider_version: "<7,>=6.25"\n',
    ),
    "one version in another spelling": (
        f'{DEV}aws_provider_version: "6.30.0"\n',
        f'{DEV}aws_provider_version: "= 6.30.0"\n',
    ),
    "versions written out that had risen": (
        f"{DEV}{MOUNTING}",
        f'{DEV}{MOUNTING}aws_provider_version: "~> 6.29"\n',
    ),
    "an account that was not said": (DEV, DEV + ONE),
    "a stack that no repository moves to": (
        f"{DEV}ecr_repositories: {{api: {{}}}}\n",
        f"{DEV}ecr_shards: 2\necr_repositories: {{api: {{}}, web: {{}}}}\n",
    ),
    "another repository": (DEV, DEV + REPOSITORIES),
    "a new environment": (None, DEV + REPOSITORIES),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_stays_where_it_is_is_not_told(case):
    assert told(*KEPT[case]) == []


def test_it_is_told_where_a_state_was_and_how_to_move_it():
    (moved,) = found(DEV, DEV + STATE)
    assert moved.what == (
        "its state is s3://acme-states/layers/compute/dev/terraform.tfstate instead of the local file "
        "terraform.dev.tfstate: Terraform begins with an empty one and makes everything again"
    )
    assert "npx cdktf deploy dev --migrate-state" in moved.fix


def test_a_file_that_goes_leaves_everything_behind():
    (left,) = found(f"{DEV}{ONE}ecr_shards: 2\n{REPOSITORIES}", None)
    assert (left.code, left.severity, left.path, left.at_base) == ("environment-removed", "attention", (), True)
    assert left.what == (
        "its file goes, which destroys nothing: all that it made stays in account 111111111111, with nobody who "
        "manages it"
    )
    assert "npx cdktf destroy dev dev-2" in left.fix
    assert left.details == ("state: the local file terraform.dev.tfstate", "repositories: 2")


def renamed(base, head, **more):
    return [*judge_states(change_of({"dev.yaml": base, **more}, {"development.yaml": head, **more}))]


LATER = DEV.replace("dev", "development")
NAMED = 'ecr_repository_name: "{project}/{name}"\n' + REPOSITORIES
KEY = "state_key: layers/compute/dev/terraform.tfstate\n"
RENAMED = {
    "with the same names in ECR": (
        DEV + NAMED,
        LATER + NAMED,
        ("danger", "breaks", ()),
        "its repositories are there already, and Terraform cannot make them again",
        "Rename terraform.dev.tfstate to terraform.development.tfstate, or adopt the repositories.",
    ),
    "with the same names in ECR, and a bucket": (
        DEV + STATE + NAMED,
        LATER + STATE + NAMED,
        ("danger", "breaks", ()),
        "its repositories are there already, and Terraform cannot make them again",
        "Set state_key: layers/compute/dev/terraform.tfstate, or adopt the repositories.",
    ),
    "with other names in ECR": (
        DEV + REPOSITORIES,
        LATER + REPOSITORIES,
        ("danger", "breaks", ()),
        "it makes empty repositories, and those of dev stay with their images, unmanaged",
        "Rename terraform.dev.tfstate to terraform.development.tfstate and say the repository_name of each.",
    ),
    "adopting what there is": (
        DEV + NAMED,
        f"{LATER}ecr_defaults: {{adopt: true}}\n{NAMED}",
        ("attention", "breaks", ()),
        "which adopts the repositories: the state of dev has them as well",
        "Apply nothing to dev any more, and remove its state.",
    ),
    "with the same state and names": (
        DEV + STATE + NAMED,
        LATER + STATE + KEY + NAMED.replace("}}", "}, more: {}}"),
        ("attention", "breaks", ()),
        "development goes on with the state of dev: tags, roles and rules get the new name",
        "Move whoever acts by those roles.",
    ),
    "with the same state and other names": (
        DEV + STATE + REPOSITORIES,
        LATER + STATE + KEY + REPOSITORIES,
        ("danger", "deletes images", ("api", "web")),
        "whose repositories it has no more, or by other names",
        "Say the repository_name and the encryption_type that each had, and leave ecr_shards as it was.",
    ),
}


@pytest.mark.parametrize("case", RENAMED)
def test_an_environment_by_another_name_is_told(case):
    base, head, how, what, fix = RENAMED[case]
    (each,) = renamed(base, head)
    assert (each.code, each.environment, each.path) == ("environment-renamed", "development", ("env",))
    assert (each.severity, each.consequence, each.repositories) == how
    assert each.what.endswith(what)
    assert each.fix == fix


def test_an_environment_of_another_registry_is_another_one():
    codes = [each.code for each in renamed(DEV + ONE + NAMED, LATER + OTHER + NAMED)]
    assert codes == ["environment-removed"]
    codes = [each.code for each in renamed(DEV + NAMED, LATER.replace("eu-west-1", "us-east-1") + NAMED)]
    assert codes == ["environment-removed"]


def test_of_several_new_environments_the_one_with_the_same_repositories_is_the_former_one():
    base = {"dev.yaml": f"{DEV}{NAMED}"}
    alpha, gamma = (DEV.replace("dev", name) + REPOSITORIES for name in ("alpha", "gamma"))
    beta = DEV.replace("dev", "beta") + NAMED
    (each,) = judge_states(change_of(base, {"alpha.yaml": alpha, "beta.yaml": beta, "gamma.yaml": gamma}))
    assert (each.code, each.environment) == ("environment-renamed", "beta")


def test_environments_without_repositories_have_nothing_in_common():
    assert [each.code for each in renamed(DEV, LATER)] == ["environment-removed"]


def test_a_state_of_another_environment_is_told():
    qa = DEV.replace("dev", "qa") + STATE
    base = {"dev.yaml": DEV + STATE, "qa.yaml": qa}
    head = {
        "dev.yaml": f"{DEV}bucket: shop-states\n",
        "qa.yaml": f"{qa}{KEY}",
    }
    each = [(one.code, one.environment, one.path) for one in judge_states(change_of(base, head))]
    assert each == [
        ("state-moved", "dev", ("bucket",)),
        ("state-moved", "qa", ("state_key",)),
        ("state-taken", "qa", ("state_key",)),
    ]
