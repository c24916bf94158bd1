"""How many examples property tests try: the default, or a few where a quick answer is wanted."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("fast", max_examples=15, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
