"""What is used of the engine, by the names that both engines have.

The bindings are made lazy first: their package imports more than 2,000 modules for one resource.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from ecr_constructs._engine.lazy.finder import enable
from ecr_constructs._engine.which import engine

enable()

if TYPE_CHECKING:
    # To type checkers the engine is CDKTF, which is always installed with this package.
    from cdktf import (
        Annotations,
        App,
        Aspects,
        DataTerraformRemoteStateS3,
        DefaultTokenResolver,
        Fn,
        IAspect,
        IResolvable,
        ISynthesisSession,
        LocalBackend,
        Manifest,
        Postcondition,
        S3Backend,
        StringConcat,
        TerraformElement,
        TerraformOutput,
        TerraformProvider,
        TerraformProviderGeneratorMetadata,
        TerraformResource,
        TerraformResourceLifecycle,
        TerraformStack,
        TerraformVariable,
        Testing,
        Token,
        Tokenization,
    )
from constructs import Construct, IConstruct  # noqa: E402
from jsii import implements  # noqa: E402

__all__ = [
    "Annotations",
    "App",
    "Aspects",
    "Construct",
    "DataTerraformRemoteStateS3",
    "DefaultTokenResolver",
    "Fn",
    "IAspect",
    "IConstruct",
    "IResolvable",
    "ISynthesisSession",
    "LocalBackend",
    "Manifest",
    "Postcondition",
    "S3Backend",
    "StringConcat",
    "TerraformElement",
    "TerraformOutput",
    "TerraformProvider",
    "TerraformProviderGeneratorMetadata",
    "TerraformResource",
    "TerraformResourceLifecycle",
    "TerraformStack",
    "TerraformVariable",
    "Testing",
    "Token",
    "Tokenization",
    "implements",
]

if not TYPE_CHECKING:
    _engine = importlib.import_module(engine().name)
    globals().update((name, getattr(_engine, name)) for name in __all__ if name not in globals())
