"""The result of a comparison as JSON, for programs: the keys are a contract."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

from ecr_constructs.doctor.findings import Examination
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_json"]


def as_json(found: Examination, _screen: Screen) -> Iterator[str]:
    """Return one JSON object.

    Its keys are `environment`, `account_id`, `region`, `prefix`, `repositories` and `parameters` (how many), and
    `findings`, each with `kind`, `parameter`, `logical_name` and `detail`.
    """
    yield json.dumps(dataclasses.asdict(found), indent=2)
