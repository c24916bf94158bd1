"""The same content by aws-cdk's `ecr.Repository`: `python -m benchmarks.programs.aws_cdk_app COUNT OUTDIR`."""

from __future__ import annotations

import json
import sys

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm

from benchmarks.programs.content import MAX_IMAGE_COUNT, ORGANIZATION, PARAMETERS, PULL

count, outdir = int(sys.argv[1]), sys.argv[2]
app = App(outdir=outdir)
# CloudFormation takes 500 resources a stack, Terraform has no such limit: as many stacks as needed.
per_stack = 40
for start in range(0, count, per_stack):
    stack = Stack(app, f"dev-{start}")
    for index in range(start, min(start + per_stack, count)):
        key = f"repository-{index}"
        repository = ecr.Repository(
            stack,
            key,
            repository_name=f"shop-dev-{key}",
            image_tag_mutability=ecr.TagMutability.MUTABLE,
            image_scan_on_push=True,
            encryption=ecr.RepositoryEncryption.AES_256,
        )
        repository.add_lifecycle_rule(max_image_count=MAX_IMAGE_COUNT)
        repository.add_to_resource_policy(
            iam.PolicyStatement(
                sid="PullFromOrganization", actions=PULL, principals=[iam.OrganizationPrincipal(ORGANIZATION)]
            )
        )
        values = {
            "arn": repository.repository_arn,
            "encryption-type": "AES256",
            "name": repository.repository_name,
            "registry-id": stack.account,
            "scan-on-push": "true",
            "tag-mutability": "MUTABLE",
            "url": repository.repository_uri,
        }
        values["config"] = json.dumps(values)
        for parameter in PARAMETERS:
            ssm.StringParameter(
                stack,
                f"{key}-{parameter}",
                parameter_name=f"/ecr/{key}/{parameter}",
                string_value=values[parameter],
                description=f"{parameter} of {key}",
            )
        CfnOutput(stack, f"{key}-output", value=repository.repository_uri)
app.synth()
