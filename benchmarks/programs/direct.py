"""The same resources made with an engine and its bindings alone: `python direct.py COUNT OUTDIR ENGINE [lazy]`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from benchmarks.programs.content import MAX_IMAGE_COUNT, ORGANIZATION, PARAMETERS, PULL

count, outdir, engine = int(sys.argv[1]), sys.argv[2], sys.argv[3]
if sys.argv[4:] == ["lazy"]:
    import ecr_constructs.fast  # noqa: F401

if TYPE_CHECKING or engine == "cdktf":
    from cdktf import App, TerraformOutput, TerraformStack
    from cdktf_cdktf_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
    from cdktf_cdktf_provider_aws.ecr_repository import (
        EcrRepository,
        EcrRepositoryEncryptionConfiguration,
        EcrRepositoryImageScanningConfiguration,
    )
    from cdktf_cdktf_provider_aws.ecr_repository_policy import EcrRepositoryPolicy
    from cdktf_cdktf_provider_aws.provider import AwsProvider
    from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
else:
    from cdktn import App, TerraformOutput, TerraformStack
    from cdktn_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
    from cdktn_provider_aws.ecr_repository import (
        EcrRepository,
        EcrRepositoryEncryptionConfiguration,
        EcrRepositoryImageScanningConfiguration,
    )
    from cdktn_provider_aws.ecr_repository_policy import EcrRepositoryPolicy
    from cdktn_provider_aws.provider import AwsProvider
    from cdktn_provider_aws.ssm_parameter import SsmParameter

LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": MAX_IMAGE_COUNT},
            "action": {"type": "expire"},
        }
    ]
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "PullFromOrganization",
            "Effect": "Allow",
            "Principal": "*",
            "Action": PULL,
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
        }
    ],
}

app = App(outdir=outdir)
stack = TerraformStack(app, "dev")
AwsProvider(stack, "aws", region="us-east-1", allowed_account_ids=["111111111111"])
urls, arns, names = {}, {}, {}
for index in range(count):
    key = f"repository-{index}"
    repository = EcrRepository(
        stack,
        key,
        name=f"shop-dev-{key}",
        image_tag_mutability="MUTABLE",
        image_scanning_configuration=EcrRepositoryImageScanningConfiguration(scan_on_push=True),
        encryption_configuration=[EcrRepositoryEncryptionConfiguration(encryption_type="AES256")],
    )
    EcrLifecyclePolicy(stack, f"{key}-lifecycle", repository=repository.name, policy=json.dumps(LIFECYCLE))
    EcrRepositoryPolicy(stack, f"{key}-policy", repository=repository.name, policy=json.dumps(POLICY))
    values = {
        "arn": repository.arn,
        "encryption-type": "AES256",
        "name": repository.name,
        "registry-id": repository.registry_id,
        "scan-on-push": "true",
        "tag-mutability": "MUTABLE",
        "url": repository.repository_url,
    }
    values["config"] = json.dumps(values)
    for parameter in PARAMETERS:
        SsmParameter(
            stack,
            f"{key}-{parameter}",
            name=f"/ecr/{key}/{parameter}",
            type="String",
            insecure_value=values[parameter],
            description=f"{parameter} of {key}",
        )
    urls[key], arns[key], names[key] = values["url"], values["arn"], values["name"]
TerraformOutput(stack, "ecr_repository_urls", value=urls)
TerraformOutput(stack, "ecr_repository_arns", value=arns)
TerraformOutput(stack, "ecr_repository_names", value=names)
app.synth()
