"""The stack of one environment."""

from __future__ import annotations

from cdktf import S3Backend, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct

from shop.image_function import ImageFunction
from shop.images import DeployedImage
from shop.network import Network
from shop.settings import Settings
from shop.web_service import WebService

__all__ = ["ShopStack"]


class ShopStack(TerraformStack):
    """A service and a function, of images that the stack of the repositories publishes.

    Variables: `web_app_digest` and `lambda_processor_digest`, the images that run. Outputs: `service_name` and
    `function_name`.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings) -> None:  # noqa: A002 - CDK's name
        """Make the stack.

        Args:
            scope: The app.
            id: Name of the environment.
            settings: Where the environment is.
        """
        super().__init__(scope, id)
        S3Backend(
            self, bucket=settings.bucket, key=f"apps/shop/{id}/terraform.tfstate", region=settings.region, encrypt=True
        )
        self.add_override("terraform.backend.s3.use_lockfile", value=True)
        AwsProvider(
            self,
            "Aws",
            region=settings.region,
            allowed_account_ids=[settings.account_id],
            default_tags=[AwsProviderDefaultTags(tags={"Project": "shop", "Environment": id, "ManagedBy": "cdktf"})],
        )
        network = Network(self, "Network", vpc_name=settings.vpc_name, subnet_tags=settings.subnet_tags)
        web = WebService(
            self,
            "Web",
            name="web-app",
            env=id,
            region=settings.region,
            image=DeployedImage(self, "WebImage", published_name="web-app"),
            network=network,
            tasks=settings.tasks,
            log_retention_days=settings.log_retention_days,
        )
        processor = ImageFunction(
            self,
            "Processor",
            name="image-processor",
            env=id,
            image=DeployedImage(self, "ProcessorImage", published_name="lambda-processor"),
            log_retention_days=settings.log_retention_days,
            variables={"ENV": id},
        )
        TerraformOutput(self, "service_name", value=web.service.name, description="The service on ECS")
        TerraformOutput(self, "function_name", value=processor.function.function_name, description="The function")
