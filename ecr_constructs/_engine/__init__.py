"""The only module that imports CDKTF and the AWS provider's bindings.

Everything else takes the engine's names from here, or from `_engine.aws` for the provider's resources, so that it can
be exchanged in one place. The bindings are loaded lazily: their package imports more than 2,000 modules for one
resource.
"""

from __future__ import annotations

import ecr_constructs._engine.lazy as lazy

lazy.enable()

from cdktf import (  # noqa: E402 - the bindings must become lazy before anything can import them
    Annotations,
    App,
    Aspects,
    DataTerraformRemoteStateS3,
    Fn,
    IAspect,
    IResolvable,
    LocalBackend,
    S3Backend,
    TerraformElement,
    TerraformOutput,
    TerraformProvider,
    TerraformResourceLifecycle,
    TerraformStack,
    Testing,
    Token,
)
from constructs import Construct, IConstruct  # noqa: E402
from jsii import implements  # noqa: E402

__all__ = [
    "Annotations",
    "App",
    "Aspects",
    "Construct",
    "DataTerraformRemoteStateS3",
    "Fn",
    "IAspect",
    "IConstruct",
    "IResolvable",
    "LocalBackend",
    "S3Backend",
    "TerraformElement",
    "TerraformOutput",
    "TerraformProvider",
    "TerraformResourceLifecycle",
    "TerraformStack",
    "Testing",
    "Token",
    "implements",
]
