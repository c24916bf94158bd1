"""`python -m ecr_constructs`, the same as the command `ecr-constructs`."""

from __future__ import annotations

from ecr_constructs.cli import main

if __name__ == "__main__":
    main()
