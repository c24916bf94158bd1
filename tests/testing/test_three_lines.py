"""The kit in somebody's own project: an empty folder, a program, and a test of three lines."""

from __future__ import annotations

import json
import sys

import pytest

pytest_plugins = ["pytester"]

THREE_LINES = """\
from cdktf import App
from main import MyStack


def test_my_stack(terraform_snapshot):
    assert MyStack(App(), "dev") == terraform_snapshot
"""

SEVERAL = """\
from cdktf import App, TerraformStack
from main import MyStack


def app():
    app = App()
    MyStack(app, "prod", other=MyStack(app, "dev"))
    return app


def test_all(terraform_snapshot):
    assert app() == terraform_snapshot


def test_of_what_was_synthesised(synth, terraform_snapshot):
    documents = synth(app())
    assert list(documents) == ["dev", "prod"]
    assert documents["dev"] == terraform_snapshot
    assert documents == terraform_snapshot
    # What one has from the other, as cdktf synth writes it.
    (state,) = documents["prod"]["data"]["terraform_remote_state"].values()
    assert state["config"]["path"].endswith("/terraform.dev.tfstate")
    assert synth(app()) == documents
    assert synth(TerraformStack(App(), "alone"))["terraform"]["backend"]["local"]


def test_twice(terraform_snapshot):
    one, other = MyStack(App(), "dev"), TerraformStack(App(), "dev")
    assert one == terraform_snapshot
    assert other == terraform_snapshot(name="empty")
    assert one == terraform_snapshot


def test_beside_others(snapshot):
    from syrupy.extensions.json import JSONSnapshotExtension

    assert {"a": 1} == snapshot(extension_class=JSONSnapshotExtension)
"""

READABLE = {
    "provider": {"aws": [{"allowed_account_ids": ["111111111111"], "region": "eu-west-1"}]},
    "resource": {
        "aws_ecr_repository": {
            "web": {
                "encryption_configuration": [{"encryption_type": "AES256"}],
                "image_scanning_configuration": {"scan_on_push": True},
                "image_tag_mutability": "IMMUTABLE",
                "name": "shop/web",
            }
        },
        "aws_ecr_repository_policy": {
            "web": {
                "policy": {
                    "Statement": [
                        {
                            "Action": [
                                "ecr:BatchCheckLayerAvailability",
                                "ecr:BatchGetImage",
                                "ecr:DescribeImages",
                                "ecr:DescribeRepositories",
                                "ecr:GetDownloadUrlForLayer",
                                "ecr:ListImages",
                            ],
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
                            "Sid": "PullFromAccounts",
                        }
                    ],
                    "Version": "2012-10-17",
                },
                "repository": "${aws_ecr_repository.web.name}",
            }
        },
        "aws_sqs_queue": {"Jobs": {"name": "jobs"}},
    },
    "terraform": {
        "backend": {"local": {"path": "terraform.dev.tfstate"}},
        "required_providers": {"aws": {"source": "aws"}},
    },
}


def test_a_snapshot_is_made_held_and_changed(run_pytest, pytester):
    missing = run_pytest(THREE_LINES)
    missing.assert_outcomes(failed=1)
    missing.stdout.fnmatch_lines(["E *There is no snapshot of dev yet.", "E *pytest --snapshot-update writes it."])

    run_pytest(THREE_LINES, "--snapshot-update").assert_outcomes(passed=1)
    file = pytester.path / "__snapshots__/test_stack/test_my_stack[dev].tf.json"
    text = file.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"
    assert json.loads(text) == READABLE
    # The app's own folder is there, as with every app, and nothing in it.
    assert [each for each in pytester.path.glob("cdktf.out/**/*") if each.is_file()] == []

    run_pytest(THREE_LINES).assert_outcomes(passed=1)

    changed = run_pytest(THREE_LINES, MUTABILITY="MUTABLE")
    changed.assert_outcomes(failed=1)
    changed.stdout.fnmatch_lines(
        [
            ">* assert MyStack(App(), *dev*) == terraform_snapshot*",
            "E *dev is not what its snapshot shows; pytest --snapshot-update accepts it if it is meant:",
            'E *~ resource.aws_ecr_repository.web.image_tag_mutability: "IMMUTABLE" -> "MUTABLE"',
        ],
        consecutive=False,
    )
    assert file.read_text(encoding="utf-8") == text

    run_pytest(THREE_LINES, "--snapshot-update", MUTABILITY="MUTABLE").assert_outcomes(passed=1)
    assert file.read_text(encoding="utf-8") == text.replace('"IMMUTABLE"', '"MUTABLE"')


def test_several_stacks_are_a_file_each_and_other_snapshots_stay(run_pytest, pytester):
    run_pytest(SEVERAL, "--snapshot-update").assert_outcomes(passed=4)
    folder = pytester.path / "__snapshots__/test_stack"
    made = {each.name: each.read_text(encoding="utf-8") for each in folder.iterdir()}
    assert set(made) == {
        "test_all[dev].tf.json",
        "test_all[prod].tf.json",
        "test_beside_others.json",
        "test_of_what_was_synthesised[dev].tf.json",
        "test_of_what_was_synthesised[prod].tf.json",
        "test_twice[dev].tf.json",
        "test_twice[empty-dev].tf.json",
    }
    assert made["test_all[dev].tf.json"] == made["test_of_what_was_synthesised[dev].tf.json"]
    # Neither is unused to the other.
    held = run_pytest(SEVERAL)
    held.assert_outcomes(passed=4)
    held.stdout.fnmatch_lines(["*7 snapshots passed.*"])
    run_pytest(SEVERAL, "--snapshot-update").assert_outcomes(passed=4)
    assert {each.name for each in folder.iterdir()} == set(made)

    both = run_pytest(SEVERAL.replace('"prod", other', '"stage", other'), "-k", "test_all", MUTABILITY="MUTABLE")
    both.stdout.fnmatch_lines(
        [
            "E *dev is not what its snapshot shows; pytest --snapshot-update accepts it if it is meant:",
            "E *There is no snapshot of stage yet.",
        ]
    )


def test_two_of_one_name_are_told_apart(run_pytest):
    test = SEVERAL.partition("def test_all")[0] + (
        "def test_twice(terraform_snapshot):\n"
        "    assert MyStack(App(), 'dev') == terraform_snapshot\n"
        "    assert TerraformStack(App(), 'dev') == terraform_snapshot\n"
    )
    done = run_pytest(test, "--snapshot-update")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        ["E *dev is compared twice in this test, *: tell them apart by terraform_snapshot(name=*"]
    )


@pytest.mark.parametrize("value", ["None", "App()", "3"])
def test_what_is_no_stack_is_told(value, run_pytest):
    done = run_pytest(
        f"from cdktf import App\ndef test_it(terraform_snapshot):\n    assert {value} == terraform_snapshot\n"
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["E *TypeError: *"])


def test_without_syrupy_it_says_what_to_install(run_pytest, pytester, monkeypatch):
    pytester.makepyfile(test_stack=THREE_LINES + "\n\ndef test_other(synth):\n    assert MyStack(App(), 'dev')\n")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("MUTABILITY", "MUTABLE")
    program = (
        "import sys; sys.modules['syrupy'] = None; import pytest; "
        "sys.exit(pytest.main(['-p', 'ecr_constructs.testing.plugin', '-p', 'no:cacheprovider']))"
    )
    done = pytester.run(sys.executable, "-c", program)
    done.assert_outcomes(failed=0, errors=1, passed=1)
    done.stdout.fnmatch_lines(
        ["terraform_snapshot needs syrupy, not installed here: pip install 'ecr-constructs[[]testing]'"]
    )
