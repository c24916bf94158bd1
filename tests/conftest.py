"""The same whoever runs the tests, and wherever.

How many examples property tests try is the usual number, or a few where a quick answer is wanted. None has a time
limit, so that a busy machine finds no fault. What a terminal, a CI service or a user has set is set for no test.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# What changes the form of output, the AWS that is asked, and what is synthesised where; read when modules load.
for _name in list(os.environ):
    if _name.startswith(("AWS_", "CDKTF_")) or _name in (
        "COLUMNS",
        "ECR_CONSTRUCTS_ENGINE",
        "ECR_ENVIRONMENTS_DIR",
        "FORCE_COLOR",
        "GITHUB_ACTIONS",
        "LINES",
        "NO_COLOR",
        "PYTHONIOENCODING",
        "PYTHONUNBUFFERED",
        "PY_COLORS",
        "TERMINAL_WIDTH",
        "TTY_COMPATIBLE",
    ):
        del os.environ[_name]

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fast", max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
