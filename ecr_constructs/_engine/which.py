"""Which engine a program works with: CDKTF, or CDK Terrain (`cdktn`), which goes on where CDKTF ended.

Both have the same names and write the same documents, save for their notes in them. A program works with one of them,
because a construct of the one is nothing that the other knows:

1. the one that it has imported already, be it the engine or its bindings of the AWS provider;
2. else, or where it has imported both, the one that `ECR_CONSTRUCTS_ENGINE` names;
3. else CDKTF, and `cdktn` where that alone is installed.

It is decided when an engine is first needed, which is when the first construct is imported, and it is kept.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Literal, NamedTuple

from ecr_constructs.errors import OperationError

__all__ = ["CDKTF", "CDKTN", "ENGINES", "SWITCH", "Engine", "engine", "refuse_others", "some_engine_is_imported"]

SWITCH = "ECR_CONSTRUCTS_ENGINE"


class Engine(NamedTuple):
    """An engine.

    Attributes:
        name: Its package in Python, which is also what `ECR_CONSTRUCTS_ENGINE` calls it.
        bindings: The package of its bindings of the AWS provider.
    """

    name: Literal["cdktf", "cdktn"]
    bindings: str

    @property
    def is_imported(self) -> bool:
        """Whether the program has imported it or its bindings."""
        return self.name in sys.modules or self.bindings in sys.modules

    @property
    def is_installed(self) -> bool:
        """Whether it can be imported."""
        return self.is_imported or find_spec(self.name) is not None


CDKTF = Engine("cdktf", "cdktf_cdktf_provider_aws")
CDKTN = Engine("cdktn", "cdktn_provider_aws")
ENGINES = (CDKTF, CDKTN)

_decided: Engine | None = None


def engine() -> Engine:
    """Return the engine of this program. The first call decides.

    Raises:
        OperationError: `ECR_CONSTRUCTS_ENGINE` names none, or one that is not installed.
    """
    global _decided
    if _decided is None:
        _decided = _decide()
    return _decided


def some_engine_is_imported() -> bool:
    """Tell whether the program has imported an engine, so that it can have made something by it."""
    return any(each.is_imported for each in ENGINES)


def refuse_others(*values: object) -> None:
    """Refuse what was made by an engine that is not this program's: in the kernel it would fail without a word of why.

    Args:
        values: Whatever a caller gave; what is of no engine passes.

    Raises:
        OperationError: One was made by another engine.
    """
    if not all(each.is_imported for each in ENGINES):
        return
    ours = engine()
    for value in values:
        maker = _maker_of(value)
        if maker is not None and maker is not ours:
            raise OperationError(
                f"A {type(value).__name__} of {maker.name} was given, and the constructs of ecr_constructs work with "
                f"{ours.name} in this program. Import {maker.name} before any of them; where the program imports both "
                f"engines, set {SWITCH}={maker.name} as well."
            )


def _decide() -> Engine:
    named = os.environ.get(SWITCH, "").strip()
    if named and all(each.name != named for each in ENGINES):
        names = " or ".join(each.name for each in ENGINES)
        raise OperationError(f"{SWITCH} must be {names}, got {named!r}. Write one of the two, or unset it.")
    imported = [each for each in ENGINES if each.is_imported]
    if len(imported) == 1:
        return imported[0]
    for each in ENGINES:
        if each.name == named:
            if not each.is_installed:
                raise OperationError(f"{SWITCH} is {named}, which is not installed. {_how_to_install(each)}")
            return each
    return CDKTN if CDKTN.is_installed and not CDKTF.is_installed else CDKTF


def _how_to_install(wanted: Engine) -> str:
    extra = f"[{wanted.name}]" if wanted is CDKTN else ""
    return f"Run `pip install 'ecr-constructs{extra}'`, or unset {SWITCH}."


def _maker_of(value: object) -> Engine | None:
    packages = {base.__module__.partition(".")[0] for base in type(value).__mro__}
    return next((each for each in ENGINES if packages & {each.name, each.bindings}), None)
