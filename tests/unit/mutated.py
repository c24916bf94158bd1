"""Environments in which one or two things are said otherwise: of another type or form, misspelt, left out, or right."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from tests.unit.every_option import ENVIRONMENTS
from tests.unit.judged import places

__all__ = ["environments"]

_LONG = ("x" * 31, "x" * 257, "/" + "p" * 938)
_TEXTS = (
    *(
        "",
        " ",
        "a",
        "web",
        "Web",
        "team/web",
        "/web",
        "web/",
        "a..b",
        "a__b",
        "a___b",
        "-a",
        "a\n",
        "\x07",
        "\N{EM DASH}",
    ),
    *(
        "yes",
        "off",
        "true",
        "null",
        "5",
        "5.0",
        "012345678901",
        "111111111111",
        "22222222222",
        "\N{ARABIC-INDIC DIGIT ONE}" * 12,
    ),
    *(
        "us-east-1",
        "us-east-1a",
        "cn-north-1",
        "o-a1b2c3d4e5",
        "o-abc",
        "O-A1B2C3D4E5",
        "prod",
        "latest",
        "v*",
        "*",
        "a*b*c*",
    ),
    *("alias/x", "alias/aws/ecr", "alias/", "security_layer", "arn:aws:kms:us-east-1:111111111111:alias/x"),
    *("arn:aws:kms:us-east-1:111111111111:key/1234abcd", "arn:aws:kms:us-east-1:1111:key/a"),
    *("arn:aws:iam::111111111111:role/x", "arn:aws:iam::1111:role/x", "arn:aws:sns:us-east-1:111111111111:t"),
    *("{name}", "{project}-{name}", "{project}", "{name", "{nam}", "{name!r}", "{name:>9}"),
    *(
        "~> 6.25",
        "~> 3.0",
        ">= 6.25, < 7",
        "6.x",
        "my-bucket",
        "My-Bucket",
        "10.0.0.1",
        "xn--a",
        "a/b",
        "/a/b",
        "/aws/x",
        "a//b",
    ),
    *(
        "docker-hub",
        "dockerhub",
        "quay.io",
        "https://GHCR.io/",
        "x.azurecr.io",
        "333333333333.dkr.ecr.us-east-1.amazonaws.com",
        "333333333333.dkr-ecr-fips.us-east-1.on.aws",
    ),
    *("333333333333.dkr.ecr.us-east-1.amazonaws.com/x", "333333333333.dkr.ecr.us-east-1.amazonaws.com/x:1", "aws:x"),
    *("333333333333.dkr-ecr.us-east-1.on.aws/x", "333333333333.dkr-ecr.us-east-1.on.aws/x:1"),
    *(
        "immutable",
        "IMMUTABLE",
        "KMS",
        "KMS_DSSE",
        "any",
        "tagged",
        "days",
        "archive",
        "transition",
        "sinceImagePulled",
    ),
    *(
        "HIGH",
        "high",
        "repository",
        "adopted",
        "ROOT",
        "services",
        "use_existing",
        "cross_account",
        "V2",
        "ecr-pullthroughcache/x",
    ),
    *('{"rules": []}', "{", "[]"),
)
_NUMBERS = (0, 1, 5, 5.0, 7, 7.0, 1.5, -1, 31, 89, 90.0, 101, 111111111111, 12345678901, 2**63 - 1, 1e300)
_ENTRIES = (
    "a",
    "web",
    "latest",
    "v*",
    "a*b*c*d*e*",
    "111111111111",
    "1111",
    "us-west-2",
    "repository",
    "REPLICATION",
    "",
)
_MAPPINGS: tuple[dict[str, Any], ...] = (
    {},
    {"a": "b"},
    {"aws:a": "b"},
    {"a": None},
    {"alias": "alias/x"},
    {"create": True},
    {"create": False},
    {"ssm_parameter": "/x"},
    {"remote_state": {}},
    {"filter": "a"},
    {"filter": "a", "filter_type": "REGEX"},
    {"region": "us-west-2"},
    {"account_id": "333333333333"},
    {"name": "cron"},
    {"mode": "manual_repo"},
    {"upstream": "quay"},
    {"rules": [{}]},
)
_KEYS = (
    "a",
    "Web",
    "web",
    "A",
    "",
    "ROOT",
    "aws:x",
    "a b",
    "a..b",
    "\N{LATIN SMALL LETTER E WITH ACUTE}",
    "regoin",
    "create",
)
_KEYS_OF_THE_FILE = sorted({str(path[-1]) for data in ENVIRONMENTS.values() for path in places(data)})

_SCALARS = st.none() | st.booleans() | st.sampled_from(_NUMBERS) | st.sampled_from(_TEXTS) | st.sampled_from(_LONG)
_LISTS = st.lists(st.sampled_from(_ENTRIES) | st.sampled_from(_MAPPINGS) | _SCALARS, max_size=6)
_VALUES = _SCALARS | _LISTS | st.sampled_from(_MAPPINGS)


def _near(said: object) -> st.SearchStrategy[Any]:
    """Return values of the same type, which are right more often than any."""
    match said:
        case bool():
            return st.booleans()
        case str():
            return st.sampled_from(_TEXTS) | st.sampled_from(_LONG)
        case int():
            return st.sampled_from(_NUMBERS)
        case list():
            return st.sampled_from([[], said[:1], [*said, *said]])
        case _:
            return st.sampled_from(_MAPPINGS)


@st.composite
def environments(draw: st.DrawFn) -> dict[str, Any]:
    """A right environment with one or two mutations."""
    data = copy.deepcopy(draw(st.sampled_from(list(ENVIRONMENTS.values()))))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from([*places(data)]))
        parent, key = data, path[-1]
        for part in path[:-1]:
            parent = parent[part]
        said = parent[key]
        match draw(st.sampled_from(["replace", "near", "near", "wrap", "leave out", "rename", "add"])):
            case "near":
                parent[key] = copy.deepcopy(draw(_near(said)))
            case "wrap":
                parent[key] = [said] if draw(st.booleans()) else {"a": said}
            case "leave out":
                del parent[key]
            case "rename" if isinstance(parent, dict):
                parent[draw(st.sampled_from([*_KEYS, f"{key}_"]))] = parent.pop(key)
            case "add" if isinstance(parent, dict):
                parent[draw(st.sampled_from([*_KEYS, *_KEYS_OF_THE_FILE]))] = copy.deepcopy(draw(_VALUES))
            case _:
                parent[key] = copy.deepcopy(draw(_VALUES))
    return data
