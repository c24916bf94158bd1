"""The app that the `cdktf` command runs: a stack for each environment."""

from __future__ import annotations

import ecr_constructs.fast  # noqa: F401 - before the bindings, so that what is used of them is loaded alone

# isort: split
from cdktf import App

from shop.settings import ENVIRONMENTS
from shop.stack import ShopStack


def main() -> None:
    """Synthesise every environment."""
    app = App()
    for name, settings in ENVIRONMENTS.items():
        ShopStack(app, name, settings=settings)
    app.synth()


if __name__ == "__main__":
    main()
