"""Every model of an environment file, in whichever module it lies."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from ecr_constructs.config import model as rooms
from ecr_constructs.config.model.fields import Model

__all__ = ["KEYS", "MODELS", "models_in"]


def _below(model: type[Model]) -> Iterator[type[Model]]:
    for each in model.__subclasses__():
        yield each
        yield from _below(each)


for _room in pkgutil.iter_modules(rooms.__path__):
    importlib.import_module(f"{rooms.__name__}.{_room.name}")

MODELS = sorted(
    {each for each in _below(Model) if each.__module__.startswith(f"{rooms.__name__}.")},
    key=lambda model: model.__name__,
)
KEYS = frozenset(key for model in MODELS for key in model.model_fields)


def models_in(*names: str) -> list[type[Model]]:
    """Return the models of some modules of `config.model`."""
    found = [each for each in MODELS if each.__module__.rpartition(".")[2] in names]
    assert {each.__module__.rpartition(".")[2] for each in found} == {*names}
    return found
