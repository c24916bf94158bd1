"""Which constraints of the AWS provider's version are taken: those that let Terraform install one that does."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from ecr_constructs.core.provider_versions import (
    OLDEST_PROVIDER,
    admits_older,
    check_provider_versions,
    from_version,
    short_version,
)

TAKEN = [
    *("~> 6.25", "~> 6.0", "~> 6", "~> 6.25.3", "~> 6.30.0", "~>6.25", "~> 6.25 ", "6.25", "= 6.25.0", "6.30.1"),
    *(">= 6.25, < 7", ">= 6.25.0,<7.0.0", ">= 5", "> 6.25", "<= 6.25", "< 7", "!= 6.25.0"),
    *(">= 6.26, != 6.26.0, < 6.27", "> 6.25.0, < 6.25.2", "~> 6.0, >= 6.40.2"),
    *(
        "= 6.25.1-beta1",
        "6.26-beta1",
        "~> 6.25.0-beta1",
        ">= 6.25.0-rc.1, < 7",
        "= 6.29.0-beta1, ~> 6.28.0",
        "6.30.0-1-x",
    ),
]
TOO_OLD_OR_NEW = [
    *("~> 3.0", "~> 5.0", "~> 6.1.0", "~> 6.24.9", "6.24", "= 5.99.0", "< 6.25", ">= 3.0, < 4.0", "<= 6.24.99"),
    *("= 6.25.0-beta1", "6.25-rc.1", "= 7.0.0-beta1", "< 6.25.1-beta1, > 6.25.0", "= 6.26.0-rc1, ~> 6.26", "~> 5"),
    *("= 6.26.0-beta1, = 6.26.0-beta2", "= 6.26.0-rc2, <= 6.26.0-rc10", "= 6.26.0-rc.2, >= 6.26.0-rc.10", "~> 5-beta1"),
    *("~> 7.0", ">= 7", "> 6.25.0, < 6.25.1", "~> 6.25, < 6.25", "6.25.0, 6.26.0", ">= 6.25, != 6.25.0, <= 6.25.0"),
]
MALFORMED = [
    *("", " ", "latest", "v6.25", "^6.25", "6.x", "6.*", "~> 6.25,", ", ~> 6.25", "~> 6.25 < 7", "=> 6.25", "== 6.25"),
    *("6.25.0-beta_1", "6.25.0-beta..1", "6.25.0-beta.", "6.25.0-", "6.25.0 -beta1"),
    *("~> 6.25.0.1", "~> 6.25\n", "~> -6", "6 25", "${var.version}", "~> 6.25; rm"),
]


@pytest.mark.parametrize("constraint", TAKEN)
def test_a_constraint_that_takes_a_version_that_does_is_right(constraint):
    assert check_provider_versions(constraint, "aws_provider_version") == []


@pytest.mark.parametrize("constraint", TOO_OLD_OR_NEW)
def test_a_constraint_that_takes_none_is_refused_with_those_that_would(constraint):
    (problem,) = check_provider_versions(constraint, "aws_provider_version")

    assert (problem.key, problem.code) == ("aws_provider_version", "version-constraint")
    assert problem.rule == "must take 6.25 or a later 6.x, which knows all that is synthesised"
    assert problem.got == repr(constraint)
    assert problem.fix == 'Write it as in "~> 6.25" or ">= 6.25, < 7".'


@pytest.mark.parametrize("constraint", MALFORMED)
def test_what_terraform_does_not_read_as_a_constraint_is_refused(constraint):
    (problem,) = check_provider_versions(constraint)
    assert (problem.code, problem.rule) == ("version-constraint", "must be a version constraint of Terraform")


VERSIONS = [f"{major}.{minor}.{patch}" for major, minor, patch in itertools.product((5, 6, 7), (0, 24, 25, 26), (0, 1))]
CLAUSES = st.tuples(st.sampled_from(["=", "!=", ">", ">=", "<", "<=", "~>"]), st.sampled_from(VERSIONS))
IN_PYTHON = {"=": "==", "~>": "~="}
# Every version between which the constraints of the test can divide.
ALL_THAT_DO = [f"{OLDEST_PROVIDER[0]}.{minor}.{patch}" for minor in range(OLDEST_PROVIDER[1], 28) for patch in range(8)]


@given(st.lists(CLAUSES, min_size=1, max_size=4))
def test_a_constraint_is_right_where_pythons_own_reading_of_it_takes_a_version_that_does(clauses):
    text = ", ".join(f"{operator} {version}" for operator, version in clauses)
    theirs = SpecifierSet(",".join(f"{IN_PYTHON.get(operator, operator)}{version}" for operator, version in clauses))
    assert (check_provider_versions(text) == []) == any(theirs.contains(version) for version in ALL_THAT_DO)


# Every version between which the constraints of the test can divide, and a major version before.
ALL_THERE_ARE = [
    (major, minor, patch) for major in (0, 5, 6, 7) for minor in (*range(2), *range(23, 28)) for patch in range(8)
]


@given(st.lists(CLAUSES, min_size=1, max_size=4), st.sampled_from([(6, 25, 0), (6, 26, 0), (6, 25, 1), (7, 0, 0)]))
def test_a_constraint_admits_an_older_version_where_pythons_own_reading_of_it_takes_one(clauses, floor):
    text = ", ".join(f"{operator} {version}" for operator, version in clauses)
    theirs = SpecifierSet(",".join(f"{IN_PYTHON.get(operator, operator)}{version}" for operator, version in clauses))
    older = any(theirs.contains(".".join(map(str, each))) for each in ALL_THERE_ARE if each < floor)
    assert admits_older(text, floor) == older


@pytest.mark.parametrize(
    ("constraint", "admits"),
    [
        *((each, True) for each in ("~> 6.25", "~> 6", ">= 6.25, < 7", "6.27.9", "= 6.0", "< 7", "!= 6.28.0")),
        *((each, False) for each in ("~> 6.28", "~> 6.28.1", ">= 6.28, < 7", "6.28", "= 6.30.1", "> 6.28.0, < 7")),
        *((each, False) for each in (">= 6.27, != 6.27.0, >= 6.28", "~> 6.25, >= 6.28", ">=6.30")),
        # As `terraform init` chooses: a prerelease is older than its release, and is taken where it is named exactly.
        *((each, True) for each in ("= 6.28.0-beta1", "6.28-rc.1", "= 6.28.0-beta1, >= 6.27", "~> 6.27.0-beta1")),
        *((each, True) for each in ("< 6.28.0-beta1", "!= 6.28.0-beta1", "= 6.28.0-beta1, ~> 6.27.0")),
        *((each, False) for each in ("~> 6.28.0-beta1", ">= 6.28.0-rc1, < 7", "> 6.28.0-beta1", "= 6.28.1-beta1")),
        *(
            (each, False)
            for each in ("= 6.28.0-beta1, = 6.28.0-rc1", "= 6.28.0-beta1, ~> 6.28", "= 6.28.0-rc2, < 6.27")
        ),
    ],
)
def test_which_constraints_admit_a_version_before_another(constraint, admits):
    assert admits_older(constraint, (6, 28, 0)) == admits


def test_a_version_is_written_as_people_do():
    assert [short_version(each) for each in ((6, 28, 0), (6, 28, 1), (7, 0, 0))] == ["6.28", "6.28.1", "7.0"]


@pytest.mark.parametrize("version", [(6, 28, 0), (6, 28, 3)])
def test_what_a_constraint_begins_with_is_the_oldest_that_it_takes(version):
    constraint = from_version(version)

    assert check_provider_versions(constraint) == []
    assert not admits_older(constraint, version)
    assert admits_older(constraint, (*version[:2], version[2] + 1))
