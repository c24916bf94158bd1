"""The JSON Schema of the environment file, made from the models, for editors and for anyone's validator.

`python -m ecr_constructs.config.model.schema FILE` writes it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ecr_constructs.config.model.file import EnvironmentFile

__all__ = ["environment_schema", "render_schema"]


def environment_schema() -> dict[str, Any]:
    """Return the schema: every key with its description and default, unknown keys refused."""
    schema = EnvironmentFile.model_json_schema()
    schema.pop("title")
    for part in (schema, *schema["$defs"].values()):
        # Titles repeat the key; editors would show them in the description's place.
        part.pop("title", None)
        for key in part.get("properties", {}).values():
            key.pop("title", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "ecr-constructs environment", **schema}


def render_schema() -> str:
    """Return the schema as text, the same bytes for the same models."""
    return json.dumps(environment_schema(), indent=2) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render_schema(), encoding="utf-8")
