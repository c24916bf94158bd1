"""Tests of stacks: resources asserted, policies read, documents snapshotted, plans made for real.

For stacks of this package's constructs and for every other CDKTF stack. As a plugin of pytest it brings two fixtures:
`synth`, what stacks become, and `terraform_snapshot`, what they are compared with::

    from cdktf import App
    from main import MyStack

    def test_my_stack(terraform_snapshot):
        assert MyStack(App(), "dev") == terraform_snapshot

The functions below are for tests of one thing at a time. They are loaded when they are first used, and the provider's
bindings lazily from then on, as by `ecr_constructs.fast`: a run that uses none of this loads nothing of it.

- `plugin`: what pytest loads: the fixtures, and how a difference is shown.
- `documents`: stacks as Terraform JSON.
- `readable`: documents as people compare them: JSON in texts decoded, notes and versions left out.
- `differences`: what differs between two documents, place by place.
- `resource`: the resources of a stack, and the assertion about one of them.
- `policy`: the policy documents of a stack.
- `snapshots`: a document for each stack, kept beside the tests by syrupy.
- `plans`: what Terraform would do, by the sandbox.

Needs the extra `testing`; `plan` needs the extra `sandbox` as well.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecr_constructs.testing.plans import Plan, plan
    from ecr_constructs.testing.policy import policies
    from ecr_constructs.testing.resource import assert_resource, resources

__all__ = ["Plan", "assert_resource", "plan", "policies", "resources"]

_MODULES = {
    "Plan": "plans",
    "assert_resource": "resource",
    "plan": "plans",
    "policies": "policy",
    "resources": "resource",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Before the test's own imports of the bindings, where it can be.
    importlib.import_module("ecr_constructs.fast")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
