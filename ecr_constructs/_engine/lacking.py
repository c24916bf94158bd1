"""Resources of the AWS provider that a release of its bindings may lack, made of the engine alone.

They have the names and arguments of the bindings' own, and write the same. `aws` hands them out where the bindings of
the program have no module of that name: those of CDKTF end at provider 6.25.
"""

from __future__ import annotations

from typing import Any

import jsii

from ecr_constructs._engine.door import (
    Construct,
    TerraformProvider,
    TerraformProviderGeneratorMetadata,
    TerraformResource,
)

__all__ = ["LACKING", "EcrPullTimeUpdateExclusion"]


class EcrPullTimeUpdateExclusion(TerraformResource):
    """An `aws_ecr_pull_time_update_exclusion`, which the provider has since 6.28.

    Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecr_pull_time_update_exclusion.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        principal_arn: str,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make one.

        Args:
            scope: Where it belongs.
            id_: Its name there.
            principal_arn: Whose pulls are not recorded.
            provider: Provider to use instead of the stack's.
        """
        # No attribute of the resource, which would be text that is escaped a second time: see `made`.
        vars(self)["_attributes"] = {"principal_arn": principal_arn}
        super().__init__(
            scope,
            id_,
            terraform_resource_type="aws_ecr_pull_time_update_exclusion",
            terraform_generator_metadata=TerraformProviderGeneratorMetadata(provider_name="aws"),
            provider=provider,
        )

    @jsii.member(jsii_name="synthesizeAttributes")
    def _synthesize_attributes(self) -> dict[str, Any]:
        attributes: dict[str, Any] = vars(self)["_attributes"]
        return attributes

    @property
    def principal_arn(self) -> str:
        """Whose pulls are not recorded, as Terraform knows it after an apply."""
        return self.get_string_attribute("principal_arn")


LACKING: dict[str, type[TerraformResource]] = {"EcrPullTimeUpdateExclusion": EcrPullTimeUpdateExclusion}
"""They by their names."""
