"""The policy of the deploying role: the states that it keeps and reads, who reaches them, and their bucket."""

from __future__ import annotations

from ecr_constructs.deploying.derive import derive
from ecr_constructs.deploying.files import files_of
from tests.unit.deployable import ACCOUNT, REGION, ROLE, S3, WEB, actions, allowed, in_another_account, stack


def test_the_state_is_kept_and_locked():
    document = stack(WEB, terraform={"backend": {"s3": {**S3, "use_lockfile": True}}})
    key = "arn:aws:s3:::states/ecr/dev"
    assert allowed(document, "s3:PutObject") == [{"Resource": [key, f"{key}.tflock"]}]
    assert allowed(document, "s3:GetObject") == [{"Resource": [key, f"{key}.tflock"]}]
    assert allowed(document, "s3:DeleteObject") == [{"Resource": f"{key}.tflock"}]
    assert allowed(document, "s3:ListBucket") == [{"Resource": "arn:aws:s3:::states"}]
    # A plan takes the lock too, and writes no state.
    assert allowed(document, "s3:PutObject", plan_only=True) == [{"Resource": f"{key}.tflock"}]


def test_older_states_are_locked_by_a_table_and_encrypted_with_a_key():
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    document = stack(WEB, terraform={"backend": {"s3": {**S3, "dynamodb_table": "locks", "kms_key_id": key}}})
    assert allowed(document, "dynamodb:PutItem") == [{"Resource": f"arn:aws:dynamodb:{REGION}:*:table/locks"}]
    through = {"Condition": {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}}
    assert allowed(document, "kms:Decrypt", plan_only=True) == [{"Resource": key, **through}]
    assert allowed(document, "kms:GenerateDataKey") == [{"Resource": key, **through}]
    # A key by its alias may be any, and still nothing but objects is decrypted with it.
    document["terraform"]["backend"]["s3"]["kms_key_id"] = "alias/states"
    on = f"arn:aws:kms:{REGION}:*:key/*"
    assert allowed(document, "kms:Decrypt", plan_only=True) == [{"Resource": on, **through}]
    assert "s3:DeleteObject" not in actions(document)


def test_states_of_others_are_read():
    config = {"backend": "s3", "config": {**S3, "key": "security"}, "workspace": "blue"}
    document = stack(WEB, data={"terraform_remote_state": {"a": config}})
    assert allowed(document, "s3:GetObject") == [{"Resource": "arn:aws:s3:::states/env:/blue/security"}]
    assert "s3:PutObject" not in actions(document)


def test_a_state_elsewhere_is_said():
    document = stack(WEB, terraform={"backend": {"gcs": {}}})
    codes = [each.code for each in derive({"dev": document}, allow_delete=True).notices]
    assert codes == ["deploy-policy-state"]
    cloud = stack(WEB, terraform={"cloud": {"organization": "acme"}})
    assert [each.code for each in derive({"dev": cloud}, allow_delete=True).notices] == ["deploy-policy-state"]
    local = stack(WEB, terraform={"backend": {"local": {}}})
    assert derive({"dev": local}, allow_delete=True).notices == ()


def test_each_role_gets_what_it_does():
    derived = derive({"dev": in_another_account()})
    assert derived.role == ROLE
    found = {role: {action for each in said for action in each.actions} for role, said in derived.statements.items()}
    assert found[""] == {"s3:GetObject", "s3:ListBucket", "s3:PutObject", "sts:AssumeRole"}
    assert "ecr:CreateRepository" in found[ROLE]
    assert not found[ROLE] & found[""]
    (assume,) = [each for each in derived.statements[""] if "sts:AssumeRole" in each.actions]
    assert assume.resources == (ROLE,)
    assert sorted(files_of(derived, "dev-deploy")) == ["dev-deploy-caller.json", "dev-deploy.json"]


def test_roles_of_the_same_name_in_several_accounts_get_a_file_each():
    """The second of them would be written over by the third, and nobody would know."""
    stacks = {}
    for number in "123":
        document = in_another_account()
        document["provider"]["aws"][0]["assume_role"] = [{"role_arn": f"arn:aws:iam::{number * 12}:role/ci/deploy"}]
        document["provider"]["aws"][0]["allowed_account_ids"] = [number * 12]
        stacks[f"shop-{number}"] = document
    files = files_of(derive(stacks), "all-deploy")
    several = [f"all-deploy-{'2' * 12}-deploy.json", f"all-deploy-{'3' * 12}-deploy.json"]
    assert sorted(files) == [*several, "all-deploy-caller.json", "all-deploy.json"]
    for number, name in (("1", "all-deploy.json"), ("2", several[0]), ("3", several[1])):
        assert f":{number * 12}:repository/shop/web" in files[name]


def test_a_role_that_is_known_late_is_not_taken_for_the_caller():
    document = in_another_account()
    other = in_another_account()
    other["provider"]["aws"][0]["assume_role"] = [{"role_arn": "${data.terraform_remote_state.a.outputs.role}"}]
    derived = derive({"a": document, "b": other}, allow_delete=True)
    files = files_of(derived, "all-deploy")
    late = "all-deploy-role-data.terraform_remote_state.a.outputs.role.json"
    assert sorted(files) == ["all-deploy-caller.json", late, "all-deploy.json"]
    assert "sts:AssumeRole" in files["all-deploy-caller.json"]
    other["provider"]["aws"][0]["assume_role"] = [{"role_arn": "arn:aws:iam::${var.account}:role/deploy"}]
    del other["provider"]["aws"][0]["allowed_account_ids"]
    files |= files_of(derive({"b": other}), "b-deploy")
    assert f":{REGION}:*:repository/shop/web" in files["b-deploy.json"]
    # An expression of Terraform would be a variable of IAM's, and taking on any role more than anyone wants.
    assert not [name for name, text in files.items() if "${" in text]
    assert [each.code for each in derived.notices] == ["deploy-policy-name"]


# Buckets of states


def test_a_bucket_of_states_is_made_by_its_name_and_deleted_where_that_is_allowed_alone():
    parts = ("policy", "versioning", "public_access_block", "ownership_controls")
    document = stack(
        {
            "aws_s3_bucket": {"State": {"bucket": "states"}, "b": {"bucket_prefix": "logs-"}, "c": {}},
            **{f"aws_s3_bucket_{part}": {"a": {"bucket": "${aws_s3_bucket.State.id}"}} for part in parts},
        }
    )
    arn = "arn:aws:s3:::".__add__
    (made,) = allowed(document, "s3:CreateBucket")
    assert made == {"Resource": [arn("logs-*"), arn("states"), arn("terraform-*")]}
    for action in ("PutBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketOwnershipControls", "DeleteBucketPolicy"):
        assert allowed(document, f"s3:{action}") == [{"Resource": arn("states")}], action
    assert "s3:DeleteBucket" not in actions(document)
    assert "s3:DeleteBucket" in actions(document, allow_delete=True)
    # What is in it is none of its business.
    assert not {each for each in actions(document, allow_delete=True) if each.endswith("Object")}
