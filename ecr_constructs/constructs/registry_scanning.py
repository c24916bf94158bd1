"""Scanning of a registry's images for vulnerabilities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.one_per_registry import OnePerRegistry
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.constructs.base.synthesis import at_synthesis, warn
from ecr_constructs.core.registry.scanning import (
    SCAN_TYPES,
    InspectorResourceType,
    ScanFrequency,
    ScanningContribution,
    ScanningRule,
    ScanType,
    accidental_scans,
    check_contributions,
    check_inspector,
    scanning_rules,
)
from ecr_constructs.core.tokens import TokenString, is_unresolved
from ecr_constructs.errors import Problem, nearest, raise_problems, show

__all__ = ["RegistryScanning"]


@checks_arguments
class RegistryScanning(OnePerRegistry):
    """The scanning of one registry, to which any number of places may contribute.

    AWS keeps one scanning configuration per account and region, and a second one would silently overwrite the first: so
    a second `RegistryScanning` in one stack is an error, and `RegistryScanning.of` returns the one that is there.

    `BASIC` scanning is free; `ENHANCED` scanning is done by Amazon Inspector, which charges for it. Under `ENHANCED` a
    repository that no filter matches is not scanned at all, and under `BASIC` only when it is told to, whatever its own
    `scan_on_push` says: so those of this stack that were made with it are scanned on push, unless something else is
    asked for them (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html). Those of other
    stacks in the same registry are to be added by name.

    Repositories are named by filters, of which none is for one name alone. The ones that are made here look like
    `shop/w*eb`, because without a `*` ECR scans every repository whose name contains the text: see `add_repositories`.

    Example:
        >>> RegistryScanning.of(self).add_repository(web, scan_frequency="CONTINUOUS_SCAN")
    """

    _WHAT = "scanning configuration"

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        scan_type: ScanType | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Own the scanning of the stack's registry; what is scanned is added by the methods.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            scan_type: `BASIC` or `ENHANCED`; default: `ENHANCED` as soon as something asks for it, else `BASIC`, and
                no configuration at all as long as nothing asks for anything. Known at synthesis.
            logical_id: Terraform name of the resources; default: CDKTF's, made from the path of the construct.
            provider: Provider to use instead of the stack's; a stack may have one configuration for each.

        Raises:
            InvalidInput: The registry has one already, and it names both; or there is no such type.
        """
        problems = []
        if scan_type is not None and scan_type not in SCAN_TYPES:
            rule = f"must be one of {', '.join(SCAN_TYPES)}"
            fix = nearest(str(scan_type).upper(), SCAN_TYPES) or "Use one of these."
            problems = [Problem(("scan_type",), "scan-type", rule, show(scan_type), fix)]
        super().__init__(scope, id, logical_id=logical_id, provider=provider, _problems=problems)
        self._given_type = scan_type
        self._enhanced = scan_type == "ENHANCED"
        if scan_type is not None:
            self._make()

    def _begin(self) -> None:
        self._contributions: list[ScanningContribution] = []
        self._resource: aws.EcrRegistryScanningConfiguration | None = None
        self._inspector: aws.Inspector2Enabler | None = None

    @property
    def scan_type(self) -> ScanType:
        """`ENHANCED` where something has asked for it so far, else `BASIC`."""
        return "ENHANCED" if self._enhanced else "BASIC"

    def enable_enhanced_scanning(self) -> None:
        """Ask for `ENHANCED` scanning of the registry; `CONTINUOUS_SCAN` asks for it by itself.

        Raises:
            InvalidInput: The scanning was made to be `BASIC`.
        """
        raise_problems(self._check_enhanced(), source=self._path)
        self._enhanced = True
        self._make()

    def add_repository(
        self, repository: RepositoryBase | str, *, scan_frequency: ScanFrequency = "SCAN_ON_PUSH"
    ) -> None:
        """Scan one repository; see `add_repositories`."""
        self.add_repositories([repository], scan_frequency=scan_frequency)

    def add_repositories(
        self, repositories: Iterable[RepositoryBase | str], *, scan_frequency: ScanFrequency = "SCAN_ON_PUSH"
    ) -> None:
        """Scan repositories, and no others.

        Each gets a filter with a `*` inside its name, which pins both ends of the name and stands for nothing, at a
        place where it matches no other repository of the app. Where there is no such place, a warning at synthesis
        names the repository that is scanned by accident. Above 100 filters for a frequency, names with something in
        common share a filter that matches these repositories and no others of the app.

        Args:
            repositories: The repositories, or the names of those that other stacks make in the same registry.
            scan_frequency: `SCAN_ON_PUSH` (default), `CONTINUOUS_SCAN`, which takes `ENHANCED` scanning, or `MANUAL`:
                by no filter, so that `ENHANCED` does not scan them, and `BASIC` when it is told to. Of several, the
                stronger counts, but `MANUAL` and another one exclude each other. Known at synthesis.

        Raises:
            InvalidInput: There is no such frequency, a name is not known at synthesis, or a repository lies in another
                account or region.
        """
        each, problems = list(repositories), []
        for index, repository in enumerate(each):
            problems += [] if isinstance(repository, str) else self._check_place(repository, index)
        raise_problems(problems, source=self._path)
        names = tuple(name if isinstance(name, str) else name.repository_name for name in each)
        self._add(ScanningContribution(scan_frequency=scan_frequency, names=names))

    def add_filter(self, *filters: str, scan_frequency: ScanFrequency = "SCAN_ON_PUSH") -> None:
        """Scan every repository whose name a filter matches, those of other stacks and those to come included.

        Args:
            *filters: Patterns of whole names, such as `prod-*` or `*`, in which each `*` stands for zero or more
                characters. One without `*`, which ECR would find anywhere in a name, is refused.
            scan_frequency: `SCAN_ON_PUSH` (default), or `CONTINUOUS_SCAN`, which takes `ENHANCED` scanning; known at
                synthesis.

        Raises:
            InvalidInput: ECR takes no such filter or frequency, or there are more than 100 filters for it.
        """
        self._add(ScanningContribution(scan_frequency=scan_frequency, filters=filters))

    def enable_inspector(
        self,
        account_ids: Sequence[str] | None = None,
        *,
        resource_types: Sequence[InspectorResourceType | TokenString] = ("ECR",),
    ) -> None:
        """Enable Amazon Inspector, and ask for `ENHANCED` scanning.

        ECR enables Inspector for images by itself when scanning becomes `ENHANCED`; this is for an account whose
        Inspector is to be managed by this stack as a whole. The provider makes `resource_types` *all* that Inspector
        scans in the accounts, and destroying the resource disables Inspector altogether: name what else is scanned
        (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/inspector2_enabler).

        Args:
            account_ids: The registry's own account (default), or members of the organisation that it administers.
            resource_types: `ECR` and, of what else Inspector scans, `EC2`, `LAMBDA`, `LAMBDA_CODE` and
                `CODE_REPOSITORY`; default `ECR` alone. An entry may be a `token`.

        Raises:
            InvalidInput: The scanning was made to be `BASIC`, Inspector is enabled here already, or it takes no such
                accounts or types.
        """
        accounts = tuple(account_ids or ())
        problems = check_inspector(accounts, resource_types, own=self._registry.known_account_id)
        problems += self._check_enhanced()
        if self._inspector is not None:
            rule, fix = "must enable Inspector once", "Name all accounts and resource types in one place."
            problems.append(Problem((), "inspector-enabled", rule, "", fix))
        raise_problems(problems, source=self._path)
        self._inspector = aws.Inspector2Enabler(
            self,
            "Inspector",
            account_ids=sorted(set(accounts)) or [self._registry.account_id],
            resource_types=sorted(set(resource_types)),
            provider=self._registry.provider,
        )
        set_logical_id(self._inspector, self._logical_id)
        self.enable_enhanced_scanning()

    def _add(self, contribution: ScanningContribution) -> None:
        together = [*self._contributions, contribution]
        raise_problems(check_contributions(together, scan_type=self._given_type), source=self._path)
        if not contribution.names and not contribution.filters:
            return
        self._contributions = together
        if contribution.scan_frequency == "CONTINUOUS_SCAN":
            self._enhanced = True
        if contribution.scan_frequency != "MANUAL":
            self._make()

    def _make(self) -> None:
        if self._resource is None:
            self._resource = aws.EcrRegistryScanningConfiguration(
                self, "Resource", scan_type=self.scan_type, provider=self._registry.provider
            )
            set_logical_id(self._resource, self._logical_id)
            at_synthesis(self, self._finish)

    def _finish(self) -> None:
        """Write the rules into the resource, once nothing more can be added."""
        if self._resource is None:
            return
        known, on_push = self._registry.repositories_of_app(), self._names_on_push()
        rules, problems = scanning_rules(self._contributions, known=known, on_push=on_push)
        raise_problems(problems, source=self._path)
        self._resource.scan_type = self.scan_type
        if rules:
            self._resource.put_rule([_rule(rule) for rule in rules])
        if self._inspector is not None:
            # Inspector makes itself the registry's scanner when it is enabled, and must not be disabled before.
            self._resource.depends_on = [f"aws_inspector2_enabler.{self._inspector.friendly_unique_id}"]
        for accident in accidental_scans(self._contributions, rules, known=known, on_push=on_push):
            warn(self, accident.notice)
        everything = any("*" in rule.filters for rule in rules)
        if self._enhanced and not everything and any(map(is_unresolved, on_push)):
            rule = (
                "A repository with scan_on_push whose name is not known at synthesis is not scanned under ENHANCED, "
                "because no filter can be made for it"
            )
            fix = "Add a filter that matches it, or write its name out."
            warn(self, Problem((), "scan-name-unknown", rule, fix=fix, severity="warning"))

    def _names_on_push(self) -> set[str]:
        """Return the repositories made in this registry with `scan_on_push`, or with what may come to be it."""
        return {
            name
            for name, repository in self._registry.repositories.items()
            if isinstance(repository, RepositoryBase)
            and repository.settings is not None
            and repository.settings.scan_on_push is not False
        }

    def _check_enhanced(self) -> list[Problem]:
        if self._given_type != "BASIC":
            return []
        fix = "Leave scan_type out, or make it ENHANCED."
        return [Problem(("scan_type",), "scan-type", "must not be BASIC for enhanced scanning", "", fix)]

    def _check_place(self, repository: RepositoryBase, index: int) -> list[Problem]:
        there, here = repository._registry, self._registry
        # One that exists already may lie elsewhere than its provider.
        region = getattr(repository, "_region", None) or there.known_region
        account_id = getattr(repository, "_account_id", None) or there.known_account_id
        fix = "Add it to the scanning of its own registry: RegistryScanning.of(..., provider=...)."
        return [
            Problem(("repositories", index), "repository-elsewhere", f"must lie in the {what} {own}", show(its), fix)
            for what, its, own in (
                ("region", region, here.known_region),
                ("account", account_id, here.known_account_id),
            )
            if its is not None and own is not None and not is_unresolved(its) and its != own
        ]


def _rule(rule: ScanningRule) -> aws.EcrRegistryScanningConfigurationRule:
    return aws.EcrRegistryScanningConfigurationRule(
        scan_frequency=rule.scan_frequency,
        repository_filter=[
            aws.EcrRegistryScanningConfigurationRuleRepositoryFilter(filter=text, filter_type="WILDCARD")
            for text in rule.filters
        ],
    )
