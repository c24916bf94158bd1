"""What IAM looks at in a call: the resources that it is about, and the condition keys that it has.

On which resources an action can be allowed is the Service Authorization Reference's word, by the data of parliament.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ecr_constructs.core.aws import partition_of
from ecr_constructs.core.evaluation.clauses import clauses_of_document
from ecr_constructs.core.evaluation.evaluate import Policies, Request, decide
from ecr_constructs.core.evaluation.requesters import identity
from ecr_constructs.sandbox.aws import EmbeddedAws
from tests.deploy.calls import Call, definition_of

__all__ = ["Asked", "asked_of", "refused"]

# Operations that are another action of IAM: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
ACTIONS = {
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetBucketCors": "s3:GetBucketCORS",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
    "s3:GetBucketLifecycle": "s3:GetLifecycleConfiguration",  # the older operation has the same address
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
# What parts of ARNs are called in requests.
NAMES = {
    "Alias": ("AliasName",),
    "BucketName": ("Bucket",),
    "EventBusName": ("EventBusName", "Name"),
    "FunctionName": ("FunctionName",),
    "KeyId": ("KeyId", "TargetKeyId"),
    "LogGroupName": ("logGroupName",),
    "ObjectName": ("Key",),
    "OidcProviderName": ("Url",),
    "ParameterNameWithoutLeadingSlash": ("Name", "ResourceId"),
    "PolicyNameWithPath": ("PolicyName",),
    "RepositoryName": ("repositoryName", "repositoryNames"),
    "RoleNameWithPath": ("RoleName",),
    "RouteTableId": ("RouteTableId.1",),
    "RuleName": ("Name", "Rule"),
    "SecretId": ("Name", "SecretId"),
    "SecurityGroupId": ("GroupId", "SecurityGroupId.1"),
    "SubnetId": ("SubnetId.1",),
    "TopicName": ("Name",),
    "UserNameWithPath": ("UserName",),
    "VpcEndpointId": ("VpcEndpointId", "VpcEndpointId.1"),
    "VpcId": ("VpcId",),
}
# Of what is made AWS chooses the id.
MADE = {"VpcEndpointId": "vpce-new", "SecurityGroupId": "sg-new"}


class Asked:
    """A call as IAM decides it.

    Attributes:
        action: Such as `ecr:CreateRepository`.
        resources: The ARNs that it is about, all of which have to be allowed; `*` where the action knows none.
        known: The condition keys that it has, in lower case.
    """

    def __init__(self, action: str, resources: list[str], known: dict[str, tuple[str, ...]]) -> None:
        self.action, self.resources, self.known = action, resources, known


def asked_of(call: Call, aws: EmbeddedAws) -> Asked:
    """Return what IAM looks at in a call."""
    action = ACTIONS.get(f"{call.service}:{call.operation}", f"{call.service}:{call.operation}")
    said = definition_of(call.service)
    privilege = said["actions"][action.partition(":")[2]]
    types = [each["resource_type"].rstrip("*") for each in privilege["resource_types"] if each["resource_type"]]
    arns = [arn for kind in types for arn in _arns(call, said["resources"][kind], kind, aws)]
    needed = [each["resource_type"] for each in privilege["resource_types"] if each["resource_type"].endswith("*")]
    none = f"what of {needed}?" if needed else "*"  # which no policy allows
    return Asked(action, list(dict.fromkeys(arns)) or [none], dict(_known(call, arns, aws)))


def refused(policy: dict[str, Any], asks: list[Asked], account: str) -> list[str]:
    """Return what a policy does not allow of what is asked, each once: `ecr:CreateRepository on arn:...`."""
    clauses = Policies(tuple(clauses_of_document(policy, "policy")))
    found = set()
    for asked in asks:
        requester = identity(f"arn:aws:iam::{account}:role/deploy", known=asked.known)
        for arn in asked.resources:
            request = Request(requester=requester, action=asked.action, resource=arn, account_id=account)
            if decide(request, Policies(), clauses).truth is not True:
                found.add(f"{asked.action} on {arn}")
    return sorted(found)


def _arns(call: Call, template: str, kind: str, aws: EmbeddedAws) -> Iterator[str]:
    form = re.compile(re.sub(r"\\\$\\\{\w+\\\}", "[^:]*?.*", re.escape(template)))
    found = [each for each in _texts(call.parameters) if each.startswith("arn:") and form.fullmatch(each)]
    if kind.startswith("rule-on") and "EventBusName" in call.parameters:
        on_default = call.parameters["EventBusName"] == "default"
        if on_default is not (kind == "rule-on-default-event-bus"):
            return
    tagged = [value for name, value in call.parameters.items() if re.fullmatch(r"ResourceId\.\d+", name)]
    if tagged:
        # Each of them is of the type that its id begins with.
        begins = {"security-group": "sg-", "vpc-endpoint": "vpce-"}.get(kind, "none")
        found = [
            f"arn:{partition_of(call.region)}:ec2:{call.region}:{aws.account}:{kind}/{each}"
            for each in tagged
            if each.startswith(begins)
        ]
    if found or tagged:
        yield from found
        return
    values = {
        "Partition": partition_of(call.region),
        "Region": call.region,
        "Account": aws.account,
    }
    for part in re.findall(r"\$\{(\w+)\}", template):
        if part not in values:
            value = _value(call, part, aws)
            if value is None:
                return
            values[part] = value
    yield re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], template)


def _value(call: Call, part: str, aws: EmbeddedAws) -> str | None:
    for name in NAMES.get(part, ()):
        value = call.parameters.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if value:
            # A secret that is made gets six signs; a provider's URL loses what it begins with.
            text = f"{value}-AbCdEf" if call.operation == "CreateSecret" else str(value).removeprefix("https://")
            if part == "KeyId":
                return str(aws.client("kms", call.region).describe_key(KeyId=text)["KeyMetadata"]["KeyId"])
            if part == "SecretId" and call.operation != "CreateSecret":
                return str(
                    aws.client("secretsmanager", call.region).describe_secret(SecretId=text)["ARN"].split(":")[-1]
                )
            if part in ("Alias", "ParameterNameWithoutLeadingSlash"):
                text = text.removeprefix("alias/").removeprefix("/")
            return text
    return MADE.get(part) if call.operation.startswith("Create") else None


def _texts(value: Any) -> Iterator[str]:
    """Return the ARNs that a request names as what it is about, and not as a value of something."""
    about = ("resourceArn", "ResourceARN", "ResourceArn", "TopicArn", "PolicyArn", "OpenIDConnectProviderArn")
    for name in (*about, "SecretId", "KeyId", "FunctionName"):
        if isinstance(value.get(name), str):
            yield value[name]


def _known(call: Call, arns: list[str], aws: EmbeddedAws) -> Iterator[tuple[str, tuple[str, ...]]]:
    parameters = call.parameters
    yield from ((f"aws:requesttag/{name.lower()}", (value,)) for name, value in _tags(call))
    one = {
        "iam:permissionsboundary": _boundary(call, aws),
        "iam:policyarn": parameters.get("PolicyArn")
        if call.operation in ("AttachRolePolicy", "DetachRolePolicy")
        else None,
        "lambda:principal": parameters.get("Principal"),
        "ec2:vpceservicename": parameters.get("ServiceName"),
        "ecr:accountsetting": parameters.get("name"),
    }
    for key, value in one.items():
        yield key, (value,) if value else ()
    for arn in arns:
        # What was there when it was first asked for: at the end it is gone.
        found = SEEN.get((aws.endpoint, arn)) or dict(
            FINDERS.get(arn.split(":")[2], lambda *_: ())(arn, call.region, aws)
        )
        SEEN[aws.endpoint, arn] = found
        yield from found.items()


def _tags(call: Call) -> Iterator[tuple[str, str]]:
    """Return the tags that a request gives, in any of the forms that services have."""
    found = call.parameters.get("tags", call.parameters.get("Tags", ()))
    if isinstance(found, dict):
        yield from found.items()
    for each in found if isinstance(found, list) else ():
        if isinstance(each, dict):  # what takes tags away names their keys
            key, value = (
                next(each[f"{form}{name}"] for form in ("", "Tag") if f"{form}{name}" in each)
                for name in ("Key", "Value")
            )
            yield key, value
    for name, key in call.parameters.items():
        if re.fullmatch(r"(TagSpecification\.\d+\.)?Tags?(\.member)?\.\d+\.Key", name):
            yield key, call.parameters.get(f"{name.removesuffix('Key')}Value", "")


def _boundary(call: Call, aws: EmbeddedAws) -> str | None:
    """Return the boundary that the role or user was made with, of which the embedded AWS does not tell for users."""
    for name in ("RoleName", "UserName"):
        if call.service == "iam" and name in call.parameters:
            who = (aws.endpoint, name, call.parameters[name])
            if call.operation.startswith("Create") or call.operation.endswith("PermissionsBoundary"):
                BOUNDARIES[who] = call.parameters.get("PermissionsBoundary")
            return BOUNDARIES.get(who)
    return None


def _of_key(arn: str, region: str, aws: EmbeddedAws) -> Iterator[tuple[str, tuple[str, ...]]]:
    if ":key/" not in arn:
        return
    client = aws.client("kms", region)
    for tag in client.list_resource_tags(KeyId=arn)["Tags"]:
        yield f"aws:resourcetag/{tag['TagKey'].lower()}", (tag["TagValue"],)
    aliases = [each["AliasName"] for each in client.list_aliases()["Aliases"] if each.get("TargetKeyId") in arn]
    yield "kms:resourcealiases", tuple(aliases)


def _of_ec2(arn: str, region: str, aws: EmbeddedAws) -> Iterator[tuple[str, tuple[str, ...]]]:
    which = [{"Name": "resource-id", "Values": [arn.rpartition("/")[2]]}]
    for tag in aws.client("ec2", region).describe_tags(Filters=which)["Tags"]:
        yield f"aws:resourcetag/{tag['Key'].lower()}", (tag["Value"],)


BOUNDARIES: dict[tuple[str, str, str], str | None] = {}
SEEN: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
FINDERS: dict[str, Callable[[str, str, EmbeddedAws], Any]] = {"ec2": _of_ec2, "kms": _of_key}
