"""Reading an account through boto3: what is asked, what is made of the answers, and what of failures."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore import exceptions
from botocore.client import BaseClient
from botocore.stub import Stubber
from moto import mock_aws

from ecr_constructs.adoption.failures import said_plainly
from ecr_constructs.adoption.read import AwsRegistry, FoundRepository
from ecr_constructs.core.credentials import Credentials
from ecr_constructs.errors import OperationError

REGION, ACCOUNT = "eu-west-1", "123456789012"
PULL = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}],
    }
)
KEEP = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9},
                "action": {"type": "expire"},
            }
        ]
    }
)


@pytest.fixture
def ecr():
    """A client of an AWS within this process."""
    with mock_aws():
        yield boto3.client("ecr", REGION)


def described(name, **more):
    arn = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{name}"
    return {"repositoryName": name, "repositoryArn": arn, **more}


@pytest.fixture
def stubbed():
    """A registry, and what answers for it: botocore checks each call and each answer against its model of ECR."""
    registry = AwsRegistry(REGION)
    with Stubber(registry._ecr) as stubber:
        yield registry, stubber
        stubber.assert_no_pending_responses()


def test_a_repository_is_read_with_all_that_it_is(ecr):
    key = boto3.client("kms", REGION).create_key()["KeyMetadata"]["Arn"]
    made = ecr.create_repository(
        repositoryName="team/api",
        imageTagMutability="IMMUTABLE",
        imageScanningConfiguration={"scanOnPush": True},
        encryptionConfiguration={"encryptionType": "KMS", "kmsKey": key},
        tags=[{"Key": "Team", "Value": "core"}],
    )["repository"]
    ecr.put_lifecycle_policy(repositoryName="team/api", lifecyclePolicyText=KEEP)
    ecr.set_repository_policy(repositoryName="team/api", policyText=PULL)
    registry = AwsRegistry(REGION)
    assert registry.with_details(registry.repositories()) == [
        FoundRepository(
            name="team/api",
            arn=made["repositoryArn"],
            image_tag_mutability="IMMUTABLE",
            scan_on_push=True,
            encryption_type="KMS",
            kms_key=key,
            tags={"Team": "core"},
            lifecycle_policy=KEEP,
            repository_policy=PULL,
        )
    ]


def test_what_a_repository_does_not_have_is_none(ecr):
    ecr.create_repository(repositoryName="bare")
    registry = AwsRegistry(REGION)
    (found,) = registry.with_details(registry.repositories())
    assert (found.lifecycle_policy, found.repository_policy, found.tags, found.kms_key) == (None, None, {}, None)


def test_a_repository_that_is_gone_meanwhile_is_left_out(ecr):
    for name in ("aa", "bb"):
        ecr.create_repository(repositoryName=name)
    registry = AwsRegistry(REGION)
    found = registry.repositories()
    ecr.delete_repository(repositoryName="aa")
    assert [each.name for each in registry.with_details(found)] == ["bb"]


def test_every_page_is_read_and_names_are_sorted(stubbed):
    registry, stubber = stubbed
    stubber.add_response("describe_repositories", {"repositories": [described("bb")], "nextToken": "more"}, {})
    stubber.add_response("describe_repositories", {"repositories": [described("aa")]}, {"nextToken": "more"})
    assert [each.name for each in registry.repositories()] == ["aa", "bb"]


def test_filters_of_tag_mutability_are_read(stubbed):
    registry, stubber = stubbed
    filters = [{"filterType": "WILDCARD", "filter": text} for text in ("latest", "dev-*")]
    answer = described(
        "aa",
        imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=filters,
        encryptionConfiguration={"encryptionType": "KMS_DSSE", "kmsKey": "arn:aws:kms:x"},
    )
    stubber.add_response("describe_repositories", {"repositories": [answer]})
    (found,) = registry.repositories()
    assert found.image_tag_mutability == "IMMUTABLE_WITH_EXCLUSION"
    assert found.exclusion_filters == ("latest", "dev-*")
    assert found.encryption_type == "KMS_DSSE"


def test_the_account_is_asked_for(ecr):
    assert AwsRegistry(REGION).account_id == ACCOUNT


def test_an_alias_is_looked_up(ecr):
    kms = boto3.client("kms", REGION)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/ecr", TargetKeyId=key)
    assert AwsRegistry(REGION).key_of_alias("alias/ecr") == key
    assert AwsRegistry(REGION).key_of_alias("alias/other") is None


def test_the_organisation_is_looked_up(ecr):
    assert AwsRegistry(REGION).organization_id() is None
    made = boto3.client("organizations", REGION).create_organization(FeatureSet="ALL")["Organization"]["Id"]
    assert AwsRegistry(REGION).organization_id() == made


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "AccessDeniedException",
            "AWS refuses DescribeRepositories to these credentials: No. Have it allowed, or use others.",
        ),
        ("ExpiredTokenException", "The credentials for AWS have expired. Log in again, such as by `aws sso login`."),
        (
            "UnrecognizedClientException",
            "AWS does not take the credentials: check AWS_PROFILE, or log in again.",
        ),
        ("ServerException", "AWS failed at DescribeRepositories: No."),
    ],
)
def test_what_aws_refuses_is_said_in_a_sentence(stubbed, code, message):
    registry, stubber = stubbed
    stubber.add_client_error("describe_repositories", code, "No.\n")
    with pytest.raises(OperationError) as raised:
        registry.repositories()
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (exceptions.NoCredentialsError(), "There are no credentials for AWS: log in, "),
        (exceptions.PartialCredentialsError(provider="env", cred_var="x"), "There are no credentials for AWS"),
        (exceptions.UnauthorizedSSOTokenError(), "The SSO session associated with this profile has expired"),
        (exceptions.EndpointConnectionError(endpoint_url="http://x"), "AWS cannot be reached: Could not connect to"),
        (exceptions.ProfileNotFound(profile="x"), "AWS cannot be asked: The config profile (x) could not be found."),
    ],
)
def test_what_boto3_raises_is_said_in_a_sentence(error, message):
    with pytest.raises(OperationError) as raised, said_plainly():
        raise error
    assert str(raised.value).startswith(message)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_a_profile_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "missing")
    with pytest.raises(OperationError, match="missing"):
        AwsRegistry(REGION)


def test_the_environment_s_profile_wins_over_what_is_set(monkeypatch, tmp_path):
    config = tmp_path / "config"
    config.write_text("[profile shop-dev]\naws_access_key_id = theirs\naws_secret_access_key = x\n", encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    registry = AwsRegistry(REGION, Credentials(profile="shop-dev"))
    assert registry._session.get_credentials().access_key == "theirs"


def test_a_profile_of_the_environment_that_is_not_there_is_said():
    with pytest.raises(OperationError, match=r"The config profile \(shop-dev\) could not be found"):
        AwsRegistry(REGION, Credentials(profile="shop-dev"))


def test_the_account_is_that_of_the_role_that_is_taken_on(ecr):
    role = "arn:aws:iam::210987654321:role/deploy"
    registry = AwsRegistry(REGION, Credentials(role_arn=role, external_id="shop-1234"))
    assert registry.account_id == "210987654321"
    assert AwsRegistry(REGION).account_id == ACCOUNT


def test_the_external_id_is_given_with_the_role(ecr, monkeypatch):
    asked = []
    ask = BaseClient._make_api_call

    def noted(client, operation, arguments):
        asked.append((operation, arguments))
        return ask(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    role = "arn:aws:iam::210987654321:role/deploy"
    AwsRegistry(REGION, Credentials(role_arn=role))
    AwsRegistry(REGION, Credentials(role_arn=role, external_id="shop-1234"))
    session = {"RoleArn": role, "RoleSessionName": "ecr-constructs-adopt"}
    assert asked == [("AssumeRole", session), ("AssumeRole", {**session, "ExternalId": "shop-1234"})]


def test_credentials_that_are_not_there_are_said(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(OperationError, match=r"^There are no credentials"):
        AwsRegistry(REGION).repositories()


def test_an_endpoint_that_does_not_answer_is_said(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(OperationError, match=r"^AWS cannot be reached: .*127\.0\.0\.1:9"):
        AwsRegistry(REGION).repositories()


def test_the_exceptions_are_made_before_threads_ask_for_them(ecr, monkeypatch):
    """Two that ask at once would each know exceptions of their own, and not those that are raised."""
    ecr.create_repository(repositoryName="web")
    registry = AwsRegistry(REGION)
    monkeypatch.setattr(BaseClient, "_load_exceptions", lambda _: pytest.fail("made by a thread"))
    (found,) = registry.with_details(registry.repositories())
    assert found.lifecycle_policy is None
