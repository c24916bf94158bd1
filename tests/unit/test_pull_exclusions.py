"""Whose pulls ECR does not record: the ARNs that it takes, and the Terraform name of each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.names import is_terraform_name
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.core.registry.pull_times import (
    EXCLUDED_ARN,
    LONGEST_EXCLUDED_ARN,
    MOST_EXCLUSIONS,
    PullTimeExclusion,
    check_number_of_exclusions,
    exclusion_address,
    exclusion_notices,
    running_notices,
)
from ecr_constructs.core.tokens import is_unresolved
from tests.unit.aws_models import SESSION, limits, near, right, takes

OWN, OTHER = "111111111111", "222222222222"
HERE = KnownPlace("us-east-1", OWN)
SCANNER = f"arn:aws:iam::{OWN}:role/scanner"


def problems(arn, place=HERE):
    return PullTimeExclusion(principal_arn=arn).problems(place)


# Of the partition of the region: AWS's pattern takes any.
ARNS = right("ecr", "PrincipalArn").map(lambda text: f"arn:aws:{text.split(':', 2)[2]}")


@given(near(ARNS).filter(lambda text: not is_unresolved(text)))
def test_it_is_right_where_ecr_takes_it(arn):
    assert (problems(arn) == []) == (takes("ecr", "PrincipalArn", arn) and arn.startswith("arn:aws:"))


@pytest.mark.parametrize(
    "arn",
    [
        SCANNER,
        f"arn:aws:iam::{OWN}:user/scan+it=,.@-_",
        f"arn:aws:iam::{OWN}:role/aws-service-role/inspector/x",
        f"arn:aws:iam::{OTHER}:role/scanner",
        f"arn:aws:iam::{OWN}:role/{'a' * (LONGEST_EXCLUDED_ARN - 31)}",
    ],
)
def test_roles_and_users_are_taken_as_ecr_takes_them(arn):
    assert problems(arn) == []
    assert takes("ecr", "PrincipalArn", arn)


@pytest.mark.parametrize(
    ("arn", "fix"),
    [
        ("*", "Name each role and user: an account as a whole cannot be excluded."),
        (OWN, "Name each role and user: an account as a whole cannot be excluded."),
        (f"arn:aws:iam::{OWN}:root", "Name each role and user: an account as a whole cannot be excluded."),
        (
            f"arn:aws:sts::{OWN}:assumed-role/scanner/session",
            f"Name the role itself: arn:aws:iam::{OWN}:role/scanner, with its path, if any.",
        ),
        ("inspector2.amazonaws.com", "Write arn:aws:iam::111111111111:role/NAME or :user/NAME, without '*'."),
        (f"arn:aws:iam::{OWN}:group/scanners", "Write arn:aws:iam::111111111111:role/NAME or :user/NAME, without '*'."),
        (f"arn:aws:iam::{OWN}:role/scan*", "Write arn:aws:iam::111111111111:role/NAME or :user/NAME, without '*'."),
        (f"arn:aws:iam::{OWN}:role/a//b", "Write arn:aws:iam::111111111111:role/NAME or :user/NAME, without '*'."),
        ("", "Write arn:aws:iam::111111111111:role/NAME or :user/NAME, without '*'."),
    ],
)
def test_what_is_no_role_or_user_is_refused_and_it_says_what_to_write(arn, fix):
    (problem,) = problems(arn)
    assert (problem.key, problem.code, problem.fix) == ("principal_arn", "pull-exclusion", fix)
    assert not takes("ecr", "PrincipalArn", arn)


def test_an_arn_that_is_too_long_is_refused():
    arn = f"arn:aws:iam::{OWN}:role/{'a' * (LONGEST_EXCLUDED_ARN - 30)}"
    (problem,) = problems(arn)
    assert (len(arn), problem.got) == (LONGEST_EXCLUDED_ARN + 1, "201")
    assert limits("ecr", "PrincipalArn")["max"] == LONGEST_EXCLUDED_ARN


def test_a_principal_of_another_partition_is_refused_where_the_region_is_known():
    arn = f"arn:aws-cn:iam::{OWN}:role/scanner"
    assert [each.code for each in problems(arn)] == ["pull-exclusion"]
    assert problems(arn, KnownPlace("cn-north-1", OWN)) == []


def test_what_is_known_at_apply_alone_passes():
    exclusion = PullTimeExclusion(principal_arn="${aws_iam_role.scanner.arn}")
    assert exclusion.problems(HERE) == exclusion_notices(exclusion, HERE) == []


@pytest.mark.parametrize(
    ("arn", "account", "said"),
    [
        (SCANNER, OWN, []),
        (SCANNER, None, []),
        (SCANNER, OTHER, ["pull-exclusion-foreign"]),
        (f"arn:aws:iam::{OTHER}:user/scanner", OWN, ["pull-exclusion-foreign"]),
    ],
)
def test_a_principal_of_another_account_is_pointed_out(arn, account, said):
    found = exclusion_notices(PullTimeExclusion(principal_arn=arn), KnownPlace("us-east-1", account))
    assert [(each.code, each.severity) for each in found] == [(code, "warning") for code in said]


@pytest.mark.parametrize(
    ("arn", "account", "said"),
    [
        (SCANNER, OWN, True),
        (SCANNER, None, True),
        (f"arn:aws:iam::{OWN}:role/security/scanner", OWN, True),
        (SCANNER, OTHER, False),
        (f"{SCANNER}-2", OWN, False),
        (f"arn:aws:iam::{OWN}:role/scanner/x", OWN, False),
        (f"arn:aws:iam::{OWN}:user/scanner", OWN, False),
        ("${TfToken[TOKEN.0]}", OWN, False),
    ],
)
def test_a_role_by_which_images_are_run_is_pointed_out(arn, account, said):
    found = running_notices(PullTimeExclusion(principal_arn=arn), ["nodes", "scanner"], account, by="here")
    assert [(each.key, each.code, each.severity) for each in found] == (
        [("principal_arn", "pull-exclusion-runs", "warning")] if said else []
    )


@pytest.mark.parametrize(("number", "right"), [(0, True), (100, True), (101, False)])
def test_a_registry_has_a_hundred_at_most(number, right):
    found = check_number_of_exclusions(number, "key")
    assert [(each.key, each.code) for each in found] == ([] if right else [("key", "pull-exclusions")])
    answer = SESSION.get_service_model("ecr").shape_for("PullTimeUpdateExclusionList")
    assert answer.metadata["max"] == MOST_EXCLUSIONS


class TestAddress:
    @pytest.mark.parametrize(
        ("arn", "address"),
        [
            (SCANNER, "role_S_scanner_111111111111"),
            (f"arn:aws:iam::{OWN}:user/ci/scan.it", "user_S_ci_S_scan_D_it_111111111111"),
            (f"arn:aws:iam::{OWN}:role/a_b-C", "role_S_a__b-C_111111111111"),
            (f"arn:aws:iam::{OWN}:role/a@b+c=d,e", "role_S_a_A_b_P_c_E_d_C_e_111111111111"),
            (f"arn:aws:iam::{OTHER}:role/scanner", "role_S_scanner_222222222222"),
        ],
    )
    def test_it_is_made_of_the_arn_alone(self, arn, address):
        """A changed address takes an exclusion away and makes it again, and a pull in between is recorded."""
        assert exclusion_address(arn) == address

    arns = st.from_regex(EXCLUDED_ARN, fullmatch=True).filter(lambda text: text.startswith("arn:aws:"))

    @given(arns, arns)
    def test_it_is_another_one_for_each_arn(self, one, other):
        assert (exclusion_address(one) == exclusion_address(other)) == (one == other)
        assert is_terraform_name(exclusion_address(one))

    # Names that meet where an underscore, which a name may have, is not told from one that stands for something else.
    alike = st.text("_SDaA/.@", min_size=1, max_size=8).map(lambda name: f"arn:aws:iam::{OWN}:role/{name}")

    @given(alike, alike)
    def test_names_of_underscores_and_capitals_do_not_meet(self, one, other):
        assert (exclusion_address(one) == exclusion_address(other)) == (one == other)
