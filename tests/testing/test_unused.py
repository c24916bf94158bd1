"""A run of pytest that uses nothing of the kit loads nothing of it but the plugin, which imports pytest alone."""

from __future__ import annotations

pytest_plugins = ["pytester"]

ALONE = """\
import sys

FOREIGN = {"boto3", "cdktf", "cdktf_cdktf_provider_aws", "constructs", "jsii", "moto", "pydantic", "rich", "yaml"}


def test_what_is_loaded(pytestconfig):
    assert pytestconfig.pluginmanager.hasplugin("ecr-constructs")
    assert not FOREIGN & set(sys.modules)
    ours = {name for name in sys.modules if name.split(".")[0] == "ecr_constructs"}
    assert ours == {"ecr_constructs", "ecr_constructs.testing", "ecr_constructs.testing.plugin"}


def test_functions_load_no_engine_and_make_the_bindings_lazy():
    from ecr_constructs.testing import assert_resource, plan, policies, resources

    assert "ecr_constructs.fast" in sys.modules
    assert not FOREIGN & set(sys.modules)
    assert resources({"resource": {"aws_sqs_queue": {"jobs": {"name": "jobs"}}}}, "aws_sqs_queue")
    assert not FOREIGN & set(sys.modules)


def test_a_difference_of_others_is_shown_as_ever():
    assert [1, 2] == [1, 3]
"""


def test_nothing_heavy_is_loaded(run_pytest):
    done = run_pytest(ALONE, "-p", "no:hypothesispytest")
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(["E *At index 1 diff: 2 != 3"])
    assert "ecr_constructs" not in done.stdout.str().partition("FAILURES")[2]


def test_it_can_be_left_out(run_pytest):
    done = run_pytest("def test_it(synth):\n    assert synth\n", "-p", "no:ecr-constructs")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["E *fixture 'synth' not found"])


def test_a_conftest_may_have_fixtures_of_the_same_names(run_pytest, pytester):
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture
        def synth():
            return "mine"

        @pytest.fixture
        def terraform_snapshot(terraform_snapshot):
            return [terraform_snapshot]
        """
    )
    run_pytest(
        "def test_it(synth, terraform_snapshot):\n"
        "    assert synth == 'mine'\n"
        "    assert type(terraform_snapshot[0]).__name__ == 'TerraformSnapshot'\n"
    ).assert_outcomes(passed=1)
