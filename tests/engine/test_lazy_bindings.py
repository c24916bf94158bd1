"""The AWS provider's own bindings: the same Terraform JSON as without this package, from the modules that are used."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

from ecr_constructs._engine.lazy import python as lazy_python
from tests.engine.engine_programs import Programs

# Provider, resources, data sources, references, nested blocks, an aspect, an escape hatch, a token function, an output.
STACK = """
import json, sys
import ecr_constructs.fast
import cdktf_cdktf_provider_aws as aws
import jsii
from cdktf import App, Aspects, Fn, IAspect, TerraformOutput, TerraformStack, Token
from cdktf_cdktf_provider_aws import dynamodb_table, iam_role, sqs_queue
from cdktf_cdktf_provider_aws.data_aws_ami import DataAwsAmi, DataAwsAmiFilter
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.ecr_repository import EcrRepository, EcrRepositoryImageScanningConfiguration
from cdktf_cdktf_provider_aws.ecr_repository_policy import EcrRepositoryPolicy
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

@jsii.implements(IAspect)
class Named:
    def visit(self, node):
        if isinstance(node, EcrRepository):
            node.tags = {**(node.tags_input or {}), "Id": node.node.id}

app = App(outdir=sys.argv[1] if len(sys.argv) > 1 else "out")
stack = TerraformStack(app, "all")
AwsProvider(stack, "aws", region="eu-west-1", default_tags=[AwsProviderDefaultTags(tags={"a": "b"})])
caller = DataAwsCallerIdentity(stack, "caller")
ami = DataAwsAmi(stack, "ami", owners=["amazon"], filter=[DataAwsAmiFilter(name="name", values=["al2023-*"])])
principals = [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}]
document = aws.data_aws_iam_policy_document.DataAwsIamPolicyDocument(
    stack, "document", statement=[{"actions": ["sts:AssumeRole"], "principals": principals}]
)
role = iam_role.IamRole(stack, "role", name="r", assume_role_policy=document.json)
queue = sqs_queue.SqsQueue(stack, "queue", name=f"q-{caller.account_id}", delay_seconds=5)
bucket = aws.s3_bucket.S3Bucket(stack, "bucket", bucket=Fn.lower(queue.name), tags={"ami": ami.id})
table = dynamodb_table.DynamodbTable(
    stack, "table", name="t", hash_key="k", attribute=[dynamodb_table.DynamodbTableAttribute(name="k", type="S")]
)
table.add_override("billing_mode", "PAY_PER_REQUEST")
repository = EcrRepository(
    stack, "repository", name="x", depends_on=[bucket],
    image_scanning_configuration=EcrRepositoryImageScanningConfiguration(scan_on_push=True),
)
EcrRepositoryPolicy(stack, "policy", repository=repository.name, policy=json.dumps({"arn": role.arn}))
aws.ssm_parameter.SsmParameter(stack, "url", name="/x/url", type="String", value=repository.repository_url)
TerraformOutput(stack, "arn", value=Token.as_string(repository.arn))
Aspects.of(stack).add(Named())
app.synth()

PACKAGE = "cdktf_cdktf_provider_aws."
modules = {name.removeprefix(PACKAGE).split(".")[0] for name in sys.modules if name.startswith(PACKAGE)}
text = open(f"{app.outdir}/stacks/all/cdk.tf.json").read()
print(json.dumps([sorted(name for name in modules if not name.startswith("_")), text]))
"""

USED = [
    "data_aws_ami",
    "data_aws_caller_identity",
    "data_aws_iam_policy_document",
    "dynamodb_table",
    "ecr_repository",
    "ecr_repository_policy",
    "iam_role",
    "provider",
    "s3_bucket",
    "sqs_queue",
    "ssm_parameter",
]


@pytest.fixture(scope="module")
def installed() -> Path:
    """The folder of the bindings that are installed."""
    spec = importlib.util.find_spec("cdktf_cdktf_provider_aws")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@pytest.fixture
def few(installed: Path, tmp_path: Path) -> Path:
    """The installed bindings with the modules that the stack uses and two more, so that loading all takes no minute."""
    kept = {*USED, "alb", "sns_topic"}
    package = tmp_path / installed.name
    package.mkdir()
    lines = (installed / "__init__.py").read_text().splitlines(keepends=True)
    imports = re.compile(r"from \. import (\w+)\n|    \"(\w+)\",\n")
    wanted = [line for line in lines if not (m := imports.fullmatch(line)) or (m[1] or m[2]) in kept]
    (package / "__init__.py").write_text("".join(wanted))
    for name in ("_jsii", *kept):
        (package / name).symlink_to(installed / name)
    return tmp_path


def test_the_terraform_json_is_the_same(programs: Programs, few: Path) -> None:
    """Lazy or not, a program writes the same bytes; lazy, it imports what it names."""
    lazy_modules, lazy_text = programs.answer(STACK)
    # The bindings are another copy here, and jsii's cache is the same.
    eager_modules, eager_text = programs.answer(
        STACK, bindings=few, ECR_CONSTRUCTS_EAGER="1", JSII_RUNTIME_PACKAGE_CACHE_ROOT=""
    )
    assert lazy_modules == USED
    assert eager_modules == sorted({*USED, "alb", "sns_topic"})
    assert lazy_text == eager_text
    assert len(json.loads(lazy_text)["resource"]) == 7


def test_the_installed_package_has_the_known_form(installed: Path) -> None:
    """The package is split into its own part and all of its modules."""
    parts = lazy_python.split_source((installed / "__init__.py").read_text())
    assert parts is not None
    folders = {path.parent.name for path in installed.glob("*/__init__.py")} - {"_jsii"}
    assert parts[1] == folders
    assert parts[0].rstrip().endswith("publication.publish()")


def test_every_installed_module_is_found_by_its_types(installed: Path) -> None:
    """The map that jsii is given has the right module for every type of the bindings."""
    types = re.compile(rb'jsii_type="@cdktf/provider-aws\.(\w+)\.')
    wrong = {
        path.parent.name: names
        for path in installed.glob("[a-z]*/__init__.py")
        if (names := {name.decode() for name in types.findall(path.read_bytes())})
        != {lazy_python.camel_case(path.parent.name)}
    }
    assert wrong == {}
