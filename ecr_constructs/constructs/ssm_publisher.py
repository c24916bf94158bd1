"""What is known about a repository, published in SSM Parameter Store."""

from __future__ import annotations

from collections.abc import Sequence

from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.aws import SsmParameter
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs._engine.unchecked import unchecked
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct, stack_of
from ecr_constructs.constructs.base.registry import claim_logical_id, registry_of
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.constructs.base.state_blocks import add_import
from ecr_constructs.core.adoption import check_adopted_parameters
from ecr_constructs.core.ssm import (
    DEFAULT_PREFIX,
    LAYOUTS,
    MOST_STANDARD_PARAMETERS,
    PARAMETERS,
    PublishedRecord,
    SsmLayout,
    SsmParameterName,
    check_parameter_path,
    published_path,
)
from ecr_constructs.errors import Problem, nearest, raise_problems, show

__all__ = ["SsmPublisher"]


@checks_arguments
class SsmPublisher(PlacedConstruct):
    """A repository's URL, ARN and settings as parameters that CI, ECS, Lambda and scripts can read.

    Below `{prefix}/{name}/`, each of type String: `url`, `arn`, `name`, `registry-id`, `scan-on-push`,
    `encryption-type`, `tag-mutability`, and `config` with all of them as one JSON object, which one call can read; in
    it, `scan-on-push` is true or false, and the others are text.

    Example:
        >>> SsmPublisher(self, "WebParameters", repository=web, name="web")  # /ecr/web/url, /ecr/web/arn, ...
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        repository: RepositoryBase,
        name: str,
        prefix: str = DEFAULT_PREFIX,
        layout: SsmLayout = "parameters",
        logical_id: str | None = None,
        adopt: bool | Sequence[SsmParameterName] = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Publish a repository.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            repository: The repository; its settings must be known, which `from_arn` has to be told.
            name: Logical name, which may hold `/`.
            prefix: Path below which it is published; default `/ecr`.
            layout: `parameters` (default) publishes all eight; `config` publishes `url` and `config` alone, which takes
                a quarter of the API calls, of which Parameter Store allows few a second. Known at synthesis.
            logical_id: Start of the parameters' Terraform names (`{logical_id}_url`, ...); default: CDKTF's names.
            adopt: Which parameters exist already and are to come under the management of this stack: some of the
                layout's, such as `url`, in a list, or True for all of them, known at synthesis; default False.
                Terraform imports each by its name, ignores what its state has already, refuses to plan where there is
                nothing to import, and writes the value anew. One of another type than String cannot become one: delete
                it before (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html).
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: Parameter Store takes no such path, another repository's parameters are in the way, the
                account and region would have more than 10,000 Standard parameters
                (https://docs.aws.amazon.com/general/latest/gr/ssm.html), or the repository's settings are not known.
        """
        super().__init__(scope, id)
        path = published_path(prefix, name)
        problems = check_parameter_path(path, "name") + claim_logical_id(logical_id, "parameters", self)
        settings = repository.settings
        if settings is None:
            rule, fix = (
                "must be a repository whose settings are known",
                "Give from_arn its settings, or use Repository.from_name.",
            )
            problems.append(Problem(("repository",), "ssm-settings", rule, "", fix))
        problems += _check_layout(layout) or check_adopted_parameters(adopt, layout, path)
        problems += self._claim(path, layout, provider) if not problems else []
        if problems or settings is None:
            raise_problems(problems, source=self._path)
            return
        values = PublishedRecord(
            url=repository.url,
            arn=repository.arn,
            name=repository.name,
            registry_id=repository.registry_id,
            scan_on_push=settings.scan_on_push,
            encryption_type=settings.encryption_type,
            tag_mutability=settings.image_tag_mutability,
        ).values
        adopted = LAYOUTS[layout] if adopt is True else tuple(adopt or ())
        for parameter in LAYOUTS[layout]:
            resource = unchecked(SsmParameter)(
                self,
                parameter,
                name=f"{path}/{parameter}",
                type="String",
                # Not `value`, which every plan would hide: none of this is secret.
                insecure_value=values[parameter],
                description=PARAMETERS[parameter].format(name=name),
                provider=provider,
            )
            set_logical_id(resource, None if logical_id is None else f"{logical_id}_{parameter}")
            if parameter in adopted:
                add_import(stack_of(self), "aws_ssm_parameter", resource, f"{path}/{parameter}")

    def _claim(self, path: str, layout: SsmLayout, provider: TerraformProvider | None) -> list[Problem]:
        published = registry_of(self, provider).published
        owner = self._path
        problems = []
        if (taken := published.add(path, owner, layout=layout)) is not None:
            rule = f"must not collide with the parameters of {taken}"
            problems.append(Problem(("name",), "ssm-collision", rule, show(path), "Choose another name or prefix."))
        if len(published) > MOST_STANDARD_PARAMETERS:
            rule = f"must leave the account and region with at most {MOST_STANDARD_PARAMETERS:,} Standard parameters"
            fix = "Use the layout config, which takes two parameters instead of eight."
            problems.append(Problem((), "ssm-limit", rule, f"{len(published):,}", fix))
        return problems


def _check_layout(layout: SsmLayout) -> list[Problem]:
    if layout in LAYOUTS:
        return []
    rule = f"must be one of {', '.join(LAYOUTS)}"
    return [Problem(("layout",), "ssm-layout", rule, show(layout), nearest(layout, LAYOUTS) or "Use one of these.")]
