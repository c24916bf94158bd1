"""The actions of ECR, held to what AWS itself says of them."""

from __future__ import annotations

import botocore.session
import parliament
import pytest

from ecr_constructs.core.actions import ECR, ECR_PUBLIC, check_action

SERVICES = pytest.mark.parametrize("service", [ECR, ECR_PUBLIC], ids=lambda service: service.prefix)
# Permissions that are no operations of the API.
PERMISSIONS = {"BatchImportUpstreamImage", "ReplicateImage"}


def problems(action, service=ECR, *, of_repository=True):
    return [each.code for each in check_action(action, service=service, of_repository=of_repository)]


def operations(service):
    return botocore.session.get_session().get_service_model(service.prefix)


@SERVICES
def test_they_are_the_operations_of_the_api_and_two_permissions(service):
    assert service.actions - PERMISSIONS == set(operations(service).operation_names)


@SERVICES
def test_a_repository_s_policy_grants_what_is_about_a_repository_or_what_it_holds(service):
    model = operations(service)
    for name in service.actions - PERMISSIONS:
        members = model.operation_model(name).input_shape.members
        about = members.keys() & {"repositoryName", "repositoryNames", "resourceArn"}
        assert (name in service.of_repository) == bool(about and name != "CreateRepository"), name


@SERVICES
def test_whoever_else_knows_the_actions_knows_no_others(service):
    (known,) = (each for each in parliament.iam_definition if each["prefix"] == service.prefix)
    assert {each["privilege"] for each in known["privileges"]} <= service.actions


@pytest.mark.parametrize(
    "action", ["ecr:BatchGetImage", "ecr:batchgetimage", "ecr:*", "ecr:Get*", "ecr:?utImage", "${var.a}"]
)
def test_what_a_repository_s_policy_can_grant_is_taken(action):
    assert problems(action) == []


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("ecr:BatchGetImages", "policy-actions"),
        ("ecr:Pull*", "policy-actions"),
        ("s3:GetObject", "policy-actions"),
        ("ecr-public:PutImage", "policy-actions"),
        ("*", "policy-actions"),
        ("ecr", "policy-actions"),
        ("ecr:", "policy-actions"),
        ("ecr:Get Image", "policy-actions"),
        ("ecr:GetAuthorizationToken", "policy-token-action"),
        ("ecr:CreateRepository", "policy-action-unused"),
        ("ecr:*ReplicationConfiguration", "policy-action-unused"),
    ],
)
def test_what_it_cannot_is_refused(action, code):
    assert problems(action) == [code]


def test_the_policy_of_a_registry_may_have_all_of_them():
    assert problems("ecr:CreateRepository", of_repository=False) == []
    assert problems("ecr:CreateRepositories", of_repository=False) == ["policy-actions"]


def test_a_slip_is_told_what_was_meant():
    (problem,) = check_action("ecr:BatchGetImages", service=ECR, of_repository=True)
    assert problem.fix == "Did you mean 'ecr:BatchGetImage'?"
