"""Resources that take free text: whatever is given to them, Terraform reads as it was given.

Every class that `_engine.aws` hands out is made so, once, and with it every construct that is still to be written.
"""

from __future__ import annotations

from typing import Any

import jsii

from ecr_constructs.core.texts import as_template

__all__ = ["set_as_it_is", "taking_text"]


def taking_text(binding: Any) -> Any:
    """Return a class like one of the bindings, whose arguments and attributes are text instead of templates.

    Text keeps its `${...}`, which are expressions here as everywhere. What is an instance of the binding is one of the
    class as well, because a stack's own provider is made by the binding. Structs, which are no resources, come back as
    they are: what they hold is written by the resource that gets them.
    """
    if not isinstance(binding, jsii.JSIIMeta):
        return binding

    def __setattr__(self: Any, name: str, value: object) -> None:  # noqa: N807
        super(made, self).__setattr__(name, as_template(value))

    members = {"__setattr__": __setattr__, "__module__": binding.__module__, "__doc__": binding.__doc__}
    made: Any = _TakingText(binding.__name__, (binding,), members)
    return made


def set_as_it_is(resource: Any, name: str, value: object) -> None:
    """Set an attribute to what Terraform's JSON is to hold, such as what was read from the resource before."""
    jsii.set(resource, name, value)


class _TakingText(jsii.JSIIAbstractClass):  # which the classes of resources and those of providers both allow
    def __call__(cls, *args: Any, **arguments: Any) -> Any:  # noqa: N805 - ruff sees no metaclass here
        return super().__call__(*args, **{name: as_template(value) for name, value in arguments.items()})

    def __instancecheck__(cls, instance: object) -> bool:  # noqa: N805
        return isinstance(instance, cls.__base__ or object)
