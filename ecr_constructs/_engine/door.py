"""What is used of CDKTF.

The bindings are made lazy first: their package imports more than 2,000 modules for one resource.
"""

from __future__ import annotations

from ecr_constructs._engine.lazy.finder import enable

enable()

from cdktf import (  # noqa: E402 - the bindings must become lazy before anything can import them
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
    "TerraformResource",
    "TerraformResourceLifecycle",
    "TerraformStack",
    "TerraformVariable",
    "Testing",
    "Token",
    "Tokenization",
    "implements",
]
