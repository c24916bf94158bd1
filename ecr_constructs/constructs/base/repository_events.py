"""What may happen to the images of a repository, told to a target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecr_constructs._engine.door import TerraformProvider
from ecr_constructs.constructs.base.event_targets import Target
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import Registry
from ecr_constructs.core.events.inputs import (
    EventInput,
    Subject,
    deletion_input,
    push_input,
    replication_input,
    scan_input,
)
from ecr_constructs.core.events.patterns import (
    Pattern,
    check_event_tags,
    image_deleted,
    image_pushed,
    image_replicated,
    scan_completed,
)
from ecr_constructs.core.events.rules import LONGEST_RULE_NAME
from ecr_constructs.core.identities.identity import short_name
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, raise_problems, show

if TYPE_CHECKING:
    from ecr_constructs.constructs.event_rule import EventRule

__all__ = ["RepositoryEvents"]

_NO_LETTER = re.compile(r"[^A-Za-z0-9_-]")


@checks_arguments
class RepositoryEvents(PlacedConstruct):
    """A repository whose events can be sent on.

    ECR sends events on a best effort basis, to the default bus of the repository's own account and region
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html).
    """

    repository_name: str
    arn: str
    url: str
    _logical_id: str | None
    _provider: TerraformProvider | None
    _registry: Registry
    _account_id: str | None = None
    _region: str | None = None

    @property
    def place_of_events(self) -> tuple[str, str]:
        """The account and region that the repository's events come from."""
        return self._account_id or self._registry.account_id, self._region or self._registry.region

    def on_image_pushed(
        self,
        target: Target,
        *,
        tags: Sequence[str] = (),
        id: str = "ImagePushed",  # noqa: A002
        name: str | None = None,
    ) -> EventRule:
        """Tell a target of pushes.

        It gets JSON: `action`, `repository`, `tag` (empty where there is none), `digest`, `image` by its digest,
        `account`, `region` and `time`.

        Args:
            target: Where the events go: see `EventRule`.
            tags: Tags whose pushes are meant, in which `*` stands for any characters; default: any push, also that of
                an image without a tag.
            id: Name of the rule in the repository, which its address is made of; needed for a second one.
            name: Name of the rule in EventBridge; default: made of the repository's and the id.

        Raises:
            InvalidInput: EventBridge takes no such arguments, or the id is taken.
        """
        account_id, region = self.place_of_events
        pattern = image_pushed(self.repository_name, tags, account_id=account_id, region=region)
        return self._tell(
            target, pattern, push_input(self._subject), "pushed", id, name, check_event_tags(tags, "tags")
        )

    def on_image_deleted(
        self,
        target: Target,
        *,
        id: str = "ImageDeleted",  # noqa: A002
        name: str | None = None,
    ) -> EventRule:
        """Tell a target of images that are deleted, by people or by the lifecycle policy; see `on_image_pushed`.

        It gets the same as of a push, without `image`.
        """
        account_id, region = self.place_of_events
        pattern = image_deleted(self.repository_name, account_id=account_id, region=region)
        return self._tell(target, pattern, deletion_input(self._subject), "deleted", id, name)

    def on_scan_completed(
        self,
        target: Target,
        *,
        id: str = "ScanCompleted",  # noqa: A002
        name: str | None = None,
    ) -> EventRule:
        """Tell a target of scans that are completed, basic ones and the first enhanced one of each image.

        It gets the same as of a push, with `tags`, a list, in place of `tag`, and `findings`, their number by severity.
        See `on_image_pushed` for the arguments.
        """
        account_id, region = self.place_of_events
        arn = f"arn:{self._registry.partition}:ecr:{region}:{account_id}:repository/{self.repository_name}"
        pattern = scan_completed(self.repository_name, arn, account_id=account_id, region=region)
        return self._tell(target, pattern, scan_input(self._subject), "scanned", id, name)

    def on_replicated(
        self,
        target: Target,
        *,
        id: str = "Replicated",  # noqa: A002
        name: str | None = None,
    ) -> EventRule:
        """Tell a target of images that arrive in this repository by replication; see `on_image_pushed`.

        The registry that images are replicated to sends these events. The target gets the same as of a push, with
        `source_account` and `source_region`.
        """
        account_id, region = self.place_of_events
        pattern = image_replicated(self.repository_name, account_id=account_id, region=region)
        return self._tell(target, pattern, replication_input(self._subject), "replicated", id, name)

    @property
    def _subject(self) -> Subject:
        return Subject(repository_name=self.repository_name, url=self.url)

    def _tell(
        self,
        target: Target,
        pattern: Pattern,
        told: EventInput,
        what: str,
        id_: str,
        name: str | None,
        problems: Sequence[Problem] = (),
    ) -> EventRule:
        # Imported here: few repositories have events, and the bindings take their time.
        from ecr_constructs.constructs.event_rule import EventRule

        known = not is_unresolved(self.repository_name)
        problems = [*problems]
        if self.node.try_find_child(id_) is not None:
            fix = "Give each call an id, of which the addresses are made."
            problems.append(Problem(("id",), "event-id", "must be unique in the repository", show(id_), fix))
        raise_problems(problems, source=self._path)
        if name is None and known:
            name = short_name(self.repository_name, id_, longest=LONGEST_RULE_NAME)
        return EventRule(
            self,
            id_,
            event_pattern=pattern,
            target=target,
            name=name,
            description=f"Images of {self.repository_name} that are {what}" if known else None,
            input_paths=told.paths,
            input_template=told.template,
            logical_id=None if self._logical_id is None else f"{self._logical_id}_{_NO_LETTER.sub('_', id_)}",
            provider=self._provider,
        )
