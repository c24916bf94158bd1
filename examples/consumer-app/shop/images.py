"""Which image runs, said when it is deployed."""

from __future__ import annotations

from cdktf import Fn, TerraformVariable
from constructs import Construct
from ecr_constructs import Repository

__all__ = ["DeployedImage"]


class DeployedImage(Construct):
    """An image of a repository that another stack keeps, by a digest that is a variable of Terraform.

    Where the repository is comes from Parameter Store, so nothing is to be changed here when it moves. The digest is
    what `npx cdktf deploy dev --var web_app_digest=sha256:...` says. It stands for one image for ever: what was tested
    is what runs, and another one is a change that Terraform sees. A tag such as `latest` would be none, and a function
    keeps the image that the tag meant when its code was last set.

    Attributes:
        repository: The repository.
        uri: The image, as ECS and Lambda take it.
    """

    def __init__(self, scope: Construct, id: str, *, published_name: str) -> None:  # noqa: A002 - CDK's name
        """Read where the repository is, and declare the variable.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            published_name: The name that the repository is published by: `web-app` for `/ecr/web-app/config`.
        """
        super().__init__(scope, id)
        self.repository = Repository.from_ssm(self, "Repository", published_name)
        variable = TerraformVariable(
            self,
            "Digest",
            type="string",
            nullable=False,
            description=f"The image of {published_name} that runs: sha256: and 64 hexadecimal digits",
        )
        variable.override_logical_id(f"{published_name.replace('-', '_').replace('/', '_')}_digest")
        variable.add_validation(
            condition=Fn.can(Fn.regex("^sha256:[0-9a-f]{64}$", variable.string_value)),
            error_message="It must be a digest, sha256: and 64 hexadecimal digits, and no tag.",
        )
        self.uri = self.repository.url_for_digest(variable.string_value)
