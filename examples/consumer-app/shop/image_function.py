"""The function on Lambda."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction, LambdaFunctionEnvironment
from constructs import Construct

from shop.images import DeployedImage
from shop.policies import allowing, trusting

__all__ = ["ImageFunction"]


class ImageFunction(Construct):
    """A Lambda function of an image.

    Lambda pulls the image by itself, as a service: the repository lets it by `enable_lambda_pull`, and whoever deploys
    must be allowed to read the image as well. The function's own role needs nothing of ECR.

    Attributes:
        function: The `aws_lambda_function` itself.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        name: str,
        env: str,
        image: DeployedImage,
        log_retention_days: int,
        variables: Mapping[str, str] | None = None,
        concurrency: int = 10,
    ) -> None:
        """Make the function, its role and its log group.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            name: Name of the function, after the environment's.
            env: Name of the environment.
            image: What it runs, built for x86-64.
            log_retention_days: How long logs are kept.
            variables: Environment variables of the function; default: none.
            concurrency: How many requests it answers at the same time, kept free for it; default 10.
        """
        super().__init__(scope, id)
        full_name = f"{env}-{name}"
        logs = CloudwatchLogGroup(self, "Logs", name=f"/aws/lambda/{full_name}", retention_in_days=log_retention_days)
        role = IamRole(self, "Role", name=full_name, assume_role_policy=trusting("lambda.amazonaws.com"))
        may_log = IamRolePolicy(
            self,
            "Logging",
            name="logs",
            role=role.name,
            policy=allowing(["logs:CreateLogStream", "logs:PutLogEvents"], f"{logs.arn}:*"),
        )
        self.function = LambdaFunction(
            self,
            "Function",
            function_name=full_name,
            role=role.arn,
            package_type="Image",
            image_uri=image.uri,
            architectures=["x86_64"],
            memory_size=512,
            timeout=60,
            reserved_concurrent_executions=concurrency,
            environment=LambdaFunctionEnvironment(variables=dict(variables)) if variables else None,
            # Else Lambda would make the log group itself, which keeps everything for ever.
            depends_on=[logs, may_log],
        )
