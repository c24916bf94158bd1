"""Load the AWS provider's bindings lazily: write ``import ecr_constructs.fast`` as the first line of a CDKTF program.

The package `cdktf_cdktf_provider_aws` imports more than 2,000 modules, and its JavaScript as many files, for the first
resource. After this import it loads those that the program uses, and nothing else about it changes. This works for
every CDKTF program, with or without the constructs of this package::

    import ecr_constructs.fast  # noqa: F401 - before the bindings
    # isort: split
    from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket

The bindings of the other engine, `cdktn_provider_aws`, are lazy by themselves in Python. Their JavaScript is not, and
that is what this changes of them.

jsii takes less time as well: its kernel is one Node process instead of two, save on Windows or where ``JSII_RUNTIME``
names another, and what a class overrides is looked up once. `start_kernel` and `start_engine` begin in the background,
for a program that has something else to do first.

Whenever something is not as expected (the bindings were imported before, come from a zip file, are lazy already, or
have a form that is not known), they load as they always did: slower, and nothing else. The loggers under
`ecr_constructs._engine` say why, at level debug. jsii's banner about an old Node, which comes with every process, is
replaced by one line the first time, unless the user has set jsii's own variables for it.

Environment variables, off unless set to something other than ``0``, ``false`` or ``no``:

- ``ECR_CONSTRUCTS_EAGER``: load everything, as the bindings do by themselves.
- ``ECR_CONSTRUCTS_NO_INDEX_WAIT``: do not wait for jsii's index at the end of the first run on a machine. Right for
  CI jobs that start with an empty cache every time.
"""

from __future__ import annotations

from ecr_constructs._engine.lazy.background import start_engine, start_kernel, wait_for_engine
from ecr_constructs._engine.lazy.finder import enable
from ecr_constructs._engine.lazy.switches import BINDINGS, EAGER, NO_INDEX_WAIT, SILENCED, is_on

__all__ = [
    "BINDINGS",
    "EAGER",
    "NO_INDEX_WAIT",
    "SILENCED",
    "enable",
    "is_on",
    "start_engine",
    "start_kernel",
    "wait_for_engine",
]

enable()
