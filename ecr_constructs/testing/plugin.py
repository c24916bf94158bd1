"""What pytest loads: the fixtures `synth` and `terraform_snapshot`, and how a difference is shown.

pytest loads this in every run where the package is installed, so it imports nothing but pytest until a test asks.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ecr_constructs.testing.snapshots import TerraformSnapshot

__all__ = ["pytest_assertrepr_compare", "synth", "terraform_snapshot"]


@pytest.fixture
def synth() -> Any:
    """What a stack becomes as Terraform JSON, or what the stacks of an app become, by their names."""
    from ecr_constructs.testing.documents import synthesise

    return synthesise


if importlib.util.find_spec("syrupy") is not None:

    @pytest.fixture
    def terraform_snapshot(snapshot: Any) -> TerraformSnapshot:
        """What the stacks that are compared with it became before: a file `.tf.json` for each, kept by syrupy."""
        from ecr_constructs.testing.snapshots import TerraformSnapshot

        return TerraformSnapshot(snapshot)

else:

    @pytest.fixture
    def terraform_snapshot() -> TerraformSnapshot:
        """What the stacks that are compared with it became before; it needs syrupy."""
        pytest.fail(
            "terraform_snapshot needs syrupy, not installed here: pip install 'ecr-constructs[testing]'", pytrace=False
        )


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Show what a comparison with `terraform_snapshot` found, place by place."""
    for each in (right, left):
        if op == "==" and type(each).__module__ == "ecr_constructs.testing.snapshots":
            explanation: list[str] = getattr(each, "explanation", list)()
            return explanation or None
    return None
