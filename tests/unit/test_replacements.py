"""Which changes of an environment would delete the images of repositories that exist, and what is said of them."""

from __future__ import annotations

import pytest

from ecr_constructs.changes.compare import compare
from ecr_constructs.changes.states import StoredRepository
from ecr_constructs.core.shards import shard_of
from tests.unit.validated import DEV, STAGING

KEY, OTHER_KEY = (f"arn:aws:kms:us-east-1:{DEV}:key/{word}" for word in ("one", "other"))
WEB = StoredRepository("aws_ecr_repository.web", "shop-dev-web", "AES256")


@pytest.fixture
def found(declare):
    """Compare what is stored with an environment of these keys; return `key: text [code]` lines, notices with a '!'."""

    def compare_with(text, *stored, shard=1):
        results = compare(declare(text), stored, shard=shard, file="state")
        return [f"! {each}" if each.severity == "warning" else str(each) for each in results]

    return compare_with


def test_what_has_not_changed_is_not_spoken_of(found):
    assert found("ecr_repositories: {web: , new: }\n", WEB) == []


# What the file says, what is stored, and where and what would change.
REPLACED = {
    "its own name": (
        "ecr_repositories: {web: {repository_name: shop-www}}\n",
        WEB,
        "ecr_repositories.web.repository_name: must not change the name in ECR from shop-dev-web to shop-www",
        "Set repository_name: shop-dev-web",
    ),
    "the template of names": (
        'ecr_repository_name: "{project}-{name}"\necr_repositories: {web: }\n',
        WEB,
        "ecr_repositories.web: must not change the name in ECR from shop-dev-web to shop-web",
        "Set repository_name: shop-dev-web",
    ),
    "encryption": (
        f"ecr_repositories: {{web: {{encryption_type: KMS, kms_key: '{KEY}'}}}}\n",
        WEB,
        "ecr_repositories.web.encryption_type: must not change the encryption from AES256 to KMS",
        "Set encryption_type: AES256",
    ),
    "the key of all": (
        f"ecr_encryption_type: KMS\necr_kms_key: {KEY}\necr_repositories: {{web: }}\n",
        StoredRepository(WEB.address, WEB.name, "KMS", OTHER_KEY),
        f"ecr_repositories.web: must not change the key from {OTHER_KEY} to {KEY}",
        f"Set kms_key: {OTHER_KEY}",
    ),
    "the region": (
        "ecr_repositories: {web: }\n",
        StoredRepository(WEB.address, WEB.name, "AES256", region="us-west-2"),
        "ecr_repositories.web: must not change the region from us-west-2 to us-east-1",
        "Set region: us-west-2",
    ),
    "a workload's project": (
        "services: [api]\n",
        StoredRepository("aws_ecr_repository.service_api", "store_service_api"),
        "services[0]: must not change the name in ECR from store_service_api to shop_service_api",
        "Set repository_name: store_service_api",
    ),
}


@pytest.mark.parametrize(("text", "stored", "rule", "fix"), REPLACED.values(), ids=REPLACED.keys())
def test_a_repository_that_a_plan_would_replace_is_refused_with_both_values(found, text, stored, rule, fix):
    (line,) = found(text, stored)
    what = f"{rule}, which replaces {stored.address} of state and deletes its images."
    assert line == f"{what} {fix}, or allow_replacement: true if the images may go. [repository-replaced]"


def test_a_replacement_that_is_allowed_is_shown(found):
    text = "ecr_repositories: {web: {repository_name: shop-www, allow_replacement: true}}\n"
    (line,) = found(text, WEB)
    assert line == (
        "! ecr_repositories.web.repository_name: web will change the name in ECR from shop-dev-web to shop-www, which "
        "replaces aws_ecr_repository.web of state and deletes its images. [repository-replaced]"
    )


@pytest.mark.parametrize("key", ["{alias: alias/ecr}", f"'{KEY}'"], ids=["now", "before"])
def test_a_key_that_is_known_only_at_apply_is_not_reported(found, key):
    stored = StoredRepository(WEB.address, WEB.name, "KMS", KEY if "alias" in key else None)
    assert found(f"ecr_encryption_type: KMS\necr_kms_key: {key}\necr_repositories: {{web: }}\n", stored) == []


def test_a_name_that_is_known_only_at_apply_is_not_reported(found):
    assert found("ecr_repositories: {web: }\n", StoredRepository(WEB.address)) == []


def test_a_renamed_repository_is_compared_with_what_it_was(found):
    text = "ecr_repositories: {www: {renamed_from: web, repository_name: %s}}\n"
    assert found(text % "shop-dev-web", WEB) == []
    (line,) = found(text % "shop-www", WEB)
    assert line.startswith("ecr_repositories.www.repository_name: must not change the name in ECR from shop-dev-web to")


def test_a_rename_that_is_done_is_not_done_again(found):
    """Terraform moves nothing to an address that is there already, and so destroys what has the former one."""
    text = "ecr_repositories: {www: {renamed_from: web, repository_name: shop-www}}\n"
    done = StoredRepository("aws_ecr_repository.www", "shop-www", "AES256")
    assert found(text, done) == []
    (line,) = found(text, WEB, done)
    assert line.startswith("! aws_ecr_repository.web of state, shop-dev-web, is declared no more")


def test_another_logical_name_without_renamed_from_is_refused_where_the_name_in_ecr_stays(found):
    (line,) = found("ecr_repositories: {team/www: {repository_name: shop-dev-web}}\n", WEB)
    assert line == (
        "ecr_repositories.team/www: must not take the name in ECR of aws_ecr_repository.web of state, which destroys "
        "that one and deletes its images. Add renamed_from: web, or allow_replacement: true if the images may go. "
        "[repository-replaced]"
    )


@pytest.mark.parametrize(
    ("address", "fix"),
    [
        ("aws_ecr_repository.N_1a_S_b_D_c", "Add renamed_from: 1a/b.c,"),
        ("aws_ecr_repository.N_web", "Move its state by `terraform state mv`,"),
        ("aws_ecr_repository.Web_F70053CD", "Move its state by `terraform state mv`,"),
        ('module.ecr.aws_ecr_repository.this["web"]', "Move its state by `terraform state mv`,"),
    ],
)
def test_what_was_made_under_an_address_of_another_kind_cannot_be_named_by_renamed_from(found, address, fix):
    (line,) = found("ecr_repositories: {web: }\n", StoredRepository(address, "shop-dev-web"))
    assert fix in line


@pytest.mark.parametrize(
    ("force_delete", "words"),
    [(True, "with its images"), (False, "unless it holds images, which Terraform refuses to delete")],
)
def test_what_is_declared_no_more_is_shown_with_what_becomes_of_its_images(found, force_delete, words):
    stored = StoredRepository(WEB.address, WEB.name, "AES256", force_delete=force_delete)
    (line,) = found("ecr_repositories: {api: }\n", stored)
    assert line == (
        f"! aws_ecr_repository.web of state, shop-dev-web, is declared no more: it will be destroyed, {words}. "
        "If it has another name now, say renamed_from. [repository-destroyed]"
    )


def test_a_workload_that_uses_another_repository_now_destroys_its_own(found):
    uri = "444444444444.dkr.ecr.us-east-1.amazonaws.com/mail"
    text = f"backend: {{ecr_config: {{mode: manual_repo, repository_uri: {uri}}}}}\n"
    (line,) = found(text, StoredRepository("aws_ecr_repository.backend", "shop_backend"))
    assert line.startswith("! aws_ecr_repository.backend of state, shop_backend, is declared no more")


def test_another_number_of_shards_that_moves_a_repository_is_refused(found):
    name = next(name for name in "abcdef" if shard_of(name, 2) == 2)
    stored = StoredRepository(f"aws_ecr_repository.{name}", f"shop-dev-{name}")
    text = f"ecr_shards: 2\necr_repositories: {{{name}: }}\n"
    assert found(text, stored, shard=2) == []
    (line,) = found(text, stored, shard=1)
    assert line == (
        f"ecr_repositories.{name}: must not move from dev to dev-2, which destroys {stored.address} of state and "
        "deletes its images. Move its state by `terraform state mv`, or set ecr_shards to what it was, or "
        "allow_replacement: true if the images may go. [repository-replaced]"
    )


def test_a_repository_that_the_state_has_takes_nothing_from_another_one_of_its_name(found):
    (line,) = found("ecr_repositories: {web: }\n", StoredRepository("aws_ecr_repository.x", "shop-dev-web"), WEB)
    assert line.startswith("! aws_ecr_repository.x of state, shop-dev-web, is declared no more")


def test_an_environment_that_does_not_say_its_account_has_the_state_of_any(found):
    stored = StoredRepository(WEB.address, WEB.name, account_id=STAGING)
    assert found("ecr_repositories: {web: }\n", stored) == []


def test_the_state_of_another_account_is_refused_and_not_compared(found):
    stored = StoredRepository("aws_ecr_repository.x", "x", account_id=STAGING)
    (line,) = found(f'account_id: "{DEV}"\n', stored)
    assert line.startswith(f"account_id: must be that of state, {STAGING}, got '{DEV}'. Give the state of dev, or")
