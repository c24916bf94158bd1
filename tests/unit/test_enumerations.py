"""Words of AWS are AWS's: those of the core, held to botocore's models, with each difference and its reason.

What the provider's bindings know is no matter here: they take any text.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

import ecr_constructs
from ecr_constructs import core
from ecr_constructs.core.registry.account_settings import ACCOUNT_SETTINGS
from ecr_constructs.core.registry.finding_events import SEVERITIES
from ecr_constructs.core.registry.findings import RETENTION_DAYS
from ecr_constructs.core.registry.upstreams import NEED_SECRET, UPSTREAM_HOSTS
from tests.unit.aws_models import SESSION

# The name of a `Literal` of the core, with the service and the shape that have the same words.
OF_AWS = {
    "EncryptionType": ("ecr", "EncryptionType"),
    "FindingSeverity": ("ecr", "FindingSeverity"),
    "ImageTagMutability": ("ecr", "ImageTagMutability"),
    "InspectorResourceType": ("inspector2", "ResourceScanType"),
    "LifecycleAction": ("ecr", "ImageActionType"),
    "ScanFrequency": ("ecr", "ScanFrequency"),
    "ScanType": ("ecr", "ScanType"),
    "StorageClass": ("ecr", "LifecyclePolicyStorageClass"),
    "TagStatus": ("ecr", "TagStatus"),
    "TargetStorageClass": ("ecr", "LifecyclePolicyTargetStorageClass"),
    "TemplateAppliedFor": ("ecr", "RCTAppliedFor"),
}
# Where a policy of JSON has small letters for what the API has capitals for.
IN_SMALL_LETTERS = {"LifecycleAction", "StorageClass", "TagStatus", "TargetStorageClass"}
# A word that one side has and the other has not, with the reason.
DIFFERENT: Mapping[str, Mapping[str, str]] = {}

# The words of these stand in the API's documentation alone: its model takes any text.
DOCUMENTED = {
    "BasicScanTypeVersion": "basic_scan_type_version",
    "BlobMounting": "blob_mounting",
    "RegistryPolicyScope": "registry_policy_scope",
}

# Words of this project, or of what no model of a service has.
OURS = {
    "BeyondKept": "what a shortcut does with what it does not keep",
    "CountType": "ECR's user guide has them: the API takes a lifecycle policy as text",
    "CountUnit": "ECR's user guide has them: the API takes a lifecycle policy as text",
    "DeploymentTrigger": "what a deployment waits for",
    "EventTargetKind": "the services in ARNs of targets",
    "OutcomeAction": "what a lifecycle policy does with an image, or that it does nothing",
    "PolicyEffect": "IAM's grammar of policies has them: its API takes a policy as text",
    "RepositoryPart": "what of a repository is imported",
    "RetentionPreset": "presets of retention",
    "S3EndpointPolicy": "policies of the gateway endpoint of S3",
    "SsmLayout": "how much is published",
    "SsmParameterName": "names of parameters",
}

# What ECR's requests that set something up have words for, and nothing of the core has.
WITHOUT_A_NAME = {
    "ImageTagMutabilityExclusionFilterType": "there is one, which the constructs write",
    "RepositoryFilterType": "there is one, which the constructs write",
    "ScanningRepositoryFilterType": "there is one, which the constructs write",
    "SigningRepositoryFilterType": "signing is not configured: neither the provider nor its bindings have it",
    "TargetStorageClass": "an image is archived and restored by hand, not by what is deployed",
    "UpstreamRegistry": "a table has them, with their hosts: below",
}


def words(service: str, shape: str) -> set[str]:
    found = SESSION.get_service_model(service).shape_for(shape)
    assert isinstance(found, StringShape)
    return set(found.enum)


def literals() -> dict[str, set[str]]:
    """Return the words of each public alias of the core."""
    found: dict[str, set[str]] = {}
    for module in pkgutil.walk_packages(core.__path__, f"{core.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if get_origin(value) is Literal and not name.startswith("_"):
                found[name] = set(get_args(value))
    return found


LITERALS = literals()


def differences(ours: set[str], theirs: set[str], reasons: Mapping[str, str]) -> set[str]:
    """Return the words that one side has alone and that have no reason, and the reasons of which there is no need."""
    return (ours ^ theirs) ^ set(reasons)


def test_every_alias_of_the_core_is_aws_s_or_has_a_reason_not_to_be():
    assert LITERALS.keys() == OF_AWS.keys() | DOCUMENTED.keys() | OURS.keys()
    assert len(LITERALS) == len(OF_AWS) + len(DOCUMENTED) + len(OURS)
    assert {name for name in ecr_constructs.__all__ if get_origin(getattr(ecr_constructs, name)) is Literal} <= {
        *LITERALS
    }


@pytest.mark.parametrize("name", OF_AWS)
def test_words_are_those_of_the_service(name):
    theirs = words(*OF_AWS[name])
    if name in IN_SMALL_LETTERS:
        theirs = {each.lower() for each in theirs}
    assert differences(LITERALS[name], theirs, DIFFERENT.get(name, {})) == set()


def test_no_difference_is_excused_that_there_cannot_be():
    assert DIFFERENT.keys() <= OF_AWS.keys()
    assert OF_AWS.keys() >= IN_SMALL_LETTERS
    assert all(not each.islower() for name in IN_SMALL_LETTERS for each in words(*OF_AWS[name]))


@pytest.mark.parametrize(
    ("ours", "theirs", "reasons", "found"),
    [
        ({"a", "b"}, {"a", "b"}, {}, set()),
        ({"a"}, {"a", "b"}, {}, {"b"}),
        ({"a", "b"}, {"a"}, {}, {"b"}),
        ({"a"}, {"a", "b"}, {"b": "why"}, set()),
        ({"a", "b"}, {"a", "b"}, {"b": "why"}, {"b"}),
    ],
)
def test_a_difference_without_a_reason_and_a_reason_without_a_difference_are_found(ours, theirs, reasons, found):
    assert differences(ours, theirs, reasons) == found


def test_account_settings_are_those_that_the_api_documents():
    request = SESSION.get_service_model("ecr").shape_for("PutAccountSettingRequest")
    names, values = (
        re.findall(r"<code>(\w+)</code>", request.members[member].documentation) for member in ("name", "value")
    )
    assert {name.upper() for name in ACCOUNT_SETTINGS} == set(names)
    assert {value for each in ACCOUNT_SETTINGS.values() for value in each} == set(values)
    assert {alias: LITERALS[alias] for alias in DOCUMENTED} == {
        alias: set(ACCOUNT_SETTINGS[name]) for alias, name in DOCUMENTED.items()
    }


def test_retention_days_are_those_that_the_api_documents():
    documentation = SESSION.get_service_model("logs").shape_for("Days").documentation
    theirs = re.search(r"Possible values are: ([0-9, and]+)\.", documentation)
    # 0 is the provider's word for keeping events for ever.
    assert (
        differences(
            set(map(str, RETENTION_DAYS)), set(re.findall(r"[0-9]+", theirs[1])), {"0": "the provider's word for ever"}
        )
        == set()
    )


def test_upstream_registries_are_those_of_ecr():
    apart = {
        "azure-container-registry": "its host has the name of a customer's registry",
        "ecr": "its host has an account and a region",
    }
    assert differences({*UPSTREAM_HOSTS}, words("ecr", "UpstreamRegistry"), apart) == set()
    assert words("ecr", "UpstreamRegistry") >= NEED_SECRET


def test_severities_are_told_in_the_words_of_both_scanners():
    inspector = words("inspector2", "Severity")
    apart = {"UNDEFINED": "basic scanning's word", "UNTRIAGED": "Inspector's word for the same"}
    assert differences(set(SEVERITIES), inspector, apart) == set()


def enumerations(shape: Shape, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the names of the shapes with words that a request is made of."""
    if shape.name in seen:
        return
    inner: list[Any] = []
    if isinstance(shape, StructureShape):
        inner = [*shape.members.values()]
    elif isinstance(shape, ListShape):
        inner = [shape.member]
    elif isinstance(shape, MapShape):
        inner = [shape.key, shape.value]
    elif isinstance(shape, StringShape) and shape.enum:
        yield shape.name
    for each in inner:
        yield from enumerations(each, seen | {shape.name})


def test_what_ecr_has_words_for_is_known_here_or_is_left_out_for_a_reason():
    service = SESSION.get_service_model("ecr")
    setting_up = [each for each in service.operation_names if re.match("Create|Put|Register|Set|Start|Update", each)]
    theirs = {name for each in setting_up for name in enumerations(service.operation_model(each).input_shape)}
    ours = {shape for of, shape in OF_AWS.values() if of == "ecr"}
    # What a lifecycle policy holds is text to the API, and what was found is in its answers.
    answered = {
        "FindingSeverity",
        "ImageActionType",
        "LifecyclePolicyStorageClass",
        "LifecyclePolicyTargetStorageClass",
    }
    answered.add("TagStatus")

    assert theirs - ours == WITHOUT_A_NAME.keys()
    assert ours - theirs == answered
