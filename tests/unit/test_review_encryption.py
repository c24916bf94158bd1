"""What a change encrypts by less."""

import pytest

from ecr_constructs.review.encryption import judge_encryption
from tests.unit.reviewed import change_of

DEV = "project: shop\nenv: dev\nregion: eu-west-1\naccount_id: '111111111111'\n"
KEY = "arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555"
OTHER = KEY.replace("1111-2222", "9999-2222")
KMS = "ecr_encryption_type: KMS\n"
WEB = "ecr_repositories: {web: {}}\n"
AS_KMS = "ecr_repositories: {web: {encryption_type: KMS}}\n"
LOG = "ecr_enable_scan_findings_logging: true\n"
ROLE = "custom_role_arn: arn:aws:iam::111111111111:role/templates"
TEMPLATE = f"ecr_creation_templates: {{team: {{applied_for: [REPLICATION], {ROLE}, encryption_type: KMS%s}}}}\n"


def found(base, head):
    return [*judge_encryption(change_of({"dev.yaml": DEV + base}, {"dev.yaml": DEV + head}))]


def told(base, head):
    return [(".".join(map(str, each.path)), each.at_base, each.repositories, each.what) for each in found(base, head)]


WEAKER = {
    "new repositories": (
        KMS + AS_KMS,
        AS_KMS,
        [
            (
                "ecr_encryption_type",
                True,
                (),
                "new repositories are encrypted with AES256 instead of KMS and the key of AWS",
            )
        ],
    ),
    "new repositories, by the defaults": (
        f"ecr_defaults: {{encryption_type: KMS}}\n{AS_KMS}",
        f"ecr_defaults: {{encryption_type: AES256}}\n{AS_KMS}",
        [
            (
                "ecr_defaults.encryption_type",
                False,
                (),
                "new repositories are encrypted with AES256 instead of KMS and the key of AWS",
            )
        ],
    ),
    "all repositories": (
        KMS + WEB,
        WEB,
        [
            (
                "ecr_encryption_type",
                True,
                (),
                "new repositories are encrypted with AES256 instead of KMS and the key of AWS",
            )
        ],
    ),
    "AWS's key": (
        f"{KMS}ecr_kms_key: {KEY}\n",
        KMS,
        [
            (
                "ecr_kms_key",
                True,
                (),
                ("new repositories are encrypted with KMS and the key of AWS instead of KMS and a key of the account"),
            )
        ],
    ),
    "one repository": (
        AS_KMS,
        "ecr_repositories: {web: {encryption_type: AES256}}\n",
        [
            (
                "ecr_repositories.web.encryption_type",
                False,
                ("web",),
                "is encrypted with AES256 instead of KMS and the key of AWS",
            )
        ],
    ),
    "one repository's key": (
        f"ecr_repositories: {{web: {{encryption_type: KMS, kms_key: {KEY}}}}}\n",
        AS_KMS,
        [
            (
                "ecr_repositories.web.kms_key",
                True,
                ("web",),
                "is encrypted with KMS and the key of AWS instead of KMS and a key of the account",
            )
        ],
    ),
    "what ECR makes": (
        TEMPLATE % "",
        TEMPLATE.replace("KMS", "AES256") % "",
        [
            (
                "ecr_creation_templates.team.encryption_type",
                False,
                (),
                "what ECR makes below team is encrypted with AES256 instead of KMS and the key of AWS",
            )
        ],
    ),
    "what ECR makes, by a key of AWS": (
        TEMPLATE % f", kms_key: {KEY}",
        TEMPLATE % "",
        [
            (
                "ecr_creation_templates.team.encryption_type",
                False,
                (),
                (
                    "what ECR makes below team is encrypted with KMS and the key of AWS instead of "
                    "KMS and a key of the account"
                ),
            )
        ],
    ),
    "what ECR makes without a template": (
        TEMPLATE % "",
        "",
        [
            (
                "ecr_creation_templates.team",
                True,
                (),
                "what ECR makes below team is encrypted with AES256 instead of KMS and the key of AWS",
            )
        ],
    ),
    "the log of findings": (
        f"{LOG}ecr_log_kms_key: {KEY}\n",
        LOG,
        [
            (
                "ecr_log_kms_key",
                True,
                (),
                "the log of findings is encrypted with AWS's own key instead of one of the account",
            )
        ],
    ),
}


@pytest.mark.parametrize("case", WEAKER)
def test_what_is_encrypted_by_less_is_told(case):
    base, head, expected = WEAKER[case]
    assert told(base, head) == expected
    (each,) = found(base, head)
    assert (each.code, each.severity, each.consequence) == ("encryption-weakened", "attention", "loosens watching")


@pytest.mark.parametrize("case", WEAKER)
def test_what_is_encrypted_by_more_is_not_told(case):
    base, head, _ = WEAKER[case]
    assert told(head, base) == []


KEPT = {
    "a comment": (KMS + WEB, f"# encrypted\n{KMS}{WEB}"),
    "the default written out": (WEB, f"ecr_encryption_type: AES256\n{WEB}"),
    "said by the defaults instead": (KMS + WEB, f"ecr_defaults: {{encryption_type: KMS}}\n{WEB}"),
    "another key": (f"{KMS}ecr_kms_key: {KEY}\n{WEB}", f"{KMS}ecr_kms_key: {OTHER}\n{WEB}"),
    "a repository that goes": (AS_KMS, ""),
    "a log that goes": (f"{LOG}ecr_log_kms_key: {KEY}\n", ""),
    "a log that comes": ("", LOG),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_is_encrypted_as_before_is_not_told(case):
    assert told(*KEPT[case]) == []


def test_an_environment_that_makes_nothing_encrypts_nothing():
    consumer = (
        "ecr_strategy: cross_account\necr_account_id: '222222222222'\necr_account_region: eu-west-1\n"
        "ecr_repositories: {web: {repository_name: web}}\n"
    )
    assert told(KMS + WEB, consumer) == []
