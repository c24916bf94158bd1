"""The roles and policies of what runs and builds images: what each may do, whom it trusts, and what is refused."""

import dataclasses
import json

import parliament
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.identities.arguments import check_roles, role_address
from ecr_constructs.core.identities.codebuild import CodeBuild
from ecr_constructs.core.identities.ecs_execution import EcsExecution
from ecr_constructs.core.identities.image_updater import ImageUpdater
from ecr_constructs.core.identities.lambda_pull import LambdaCreators
from ecr_constructs.core.identities.node_pull import NodePull
from ecr_constructs.core.identities.ssm_read import SsmRead
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.core.ssm import PARAMETERS

OWN = "111111111111"
HERE = KnownPlace("us-east-1", OWN)
CHINA = KnownPlace("cn-north-1", OWN)
WEB = f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/web"
THEIRS = "arn:aws:ecr:eu-west-1:222222222222:repository/shop/web"
SECRET = f"arn:aws:secretsmanager:us-east-1:{OWN}:secret:db-AbCdEf"
KEY = f"arn:aws:kms:us-east-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ISSUER = "oidc.eks.us-east-1.amazonaws.com/id/ABC123"
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


def of(kind, **changes):
    """Return an identity of a kind with all that it can have."""
    everything = {
        ImageUpdater: {"role_name": "updater", "cluster_name": "tools", "permissions_boundary": None},
        NodePull: {"policy_name": "nodes", "roles": ("nodes",)},
        EcsExecution: {
            "role_name": "execution",
            "log_group_names": ("/ecs/web",),
            "secret_arns": (SECRET,),
            "parameter_names": ("/shop/db", "plain"),
            "kms_key_arns": (KEY,),
        },
        LambdaCreators: {"policy_name": "functions", "roles": ("deploy",)},
        CodeBuild: {
            "policy_name": "builds",
            "published_names": ("web",),
            "project_names": ("web",),
            "roles": ("builds",),
        },
        SsmRead: {"roles": ("functions",)},
    }[kind]
    repositories = {} if kind is SsmRead else {"repositories": (WEB, THEIRS)}
    return kind(**{**repositories, **everything, **changes})


KINDS = (ImageUpdater, NodePull, EcsExecution, LambdaCreators, CodeBuild, SsmRead)


def identity(value, place=HERE):
    assert value.problems(place) == []
    (found,) = value.identities(place)
    return found


def allowed(value, place=HERE):
    """Return the resources of each set of actions."""
    document = json.loads(render_policy(identity(value, place).statements))
    return {
        ", ".join([each["Action"]] if isinstance(each["Action"], str) else each["Action"]): each["Resource"]
        for each in document["Statement"]
    }


def trust(value, place=HERE):
    (statement,) = json.loads(render_policy(identity(value, place).trust))["Statement"]
    return statement


def codes(value, place=HERE):
    return [(problem.key, problem.code) for problem in value.problems(place)]


class TestWhatEachMayDo:
    """All that AWS asks for, and nothing else."""

    def test_an_image_updater_logs_in_and_reads(self):
        assert allowed(of(ImageUpdater)) == {
            "ecr:GetAuthorizationToken": "*",
            "ecr:BatchGetImage, ecr:DescribeImages, ecr:GetDownloadUrlForLayer, ecr:ListImages": [THEIRS, WEB],
        }

    def test_nodes_pull(self):
        assert allowed(of(NodePull)) == {"ecr:GetAuthorizationToken": "*", ", ".join(PULL): [THEIRS, WEB]}
        assert identity(of(NodePull)).role_names == ("nodes",)

    def test_ecs_pulls_writes_logs_and_reads_what_containers_get(self):
        here = f"us-east-1:{OWN}"
        assert allowed(of(EcsExecution)) == {
            "ecr:GetAuthorizationToken": "*",
            ", ".join(PULL): [THEIRS, WEB],
            "logs:CreateLogStream, logs:PutLogEvents": f"arn:aws:logs:{here}:log-group:/ecs/web:*",
            "secretsmanager:GetSecretValue": SECRET,
            "ssm:GetParameters": [f"arn:aws:ssm:{here}:parameter/plain", f"arn:aws:ssm:{here}:parameter/shop/db"],
            "kms:Decrypt": KEY,
        }
        bare = EcsExecution(role_name="execution", repositories=(WEB,))
        assert allowed(bare) == {"ecr:GetAuthorizationToken": "*", ", ".join(PULL): WEB}

    def test_who_creates_functions_changes_no_policy_of_a_repository_and_needs_no_login(self):
        assert allowed(of(LambdaCreators)) == {"ecr:BatchGetImage, ecr:GetDownloadUrlForLayer": [THEIRS, WEB]}

    def test_codebuild_pushes_reads_where_to_and_writes_its_own_logs(self):
        group = f"arn:aws:logs:us-east-1:{OWN}:log-group:/aws/codebuild/web"
        push = "ecr:CompleteLayerUpload, ecr:GetDownloadUrlForLayer, ecr:InitiateLayerUpload, ecr:PutImage"
        assert allowed(of(CodeBuild)) == {
            "ecr:GetAuthorizationToken": "*",
            f"{', '.join(PULL[:2])}, {push}, ecr:UploadLayerPart": [THEIRS, WEB],
            "ssm:GetParameters": f"arn:aws:ssm:us-east-1:{OWN}:parameter/ecr/web/*",
            "logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents": [group, f"{group}:*"],
        }


class TestWhomARoleTrusts:
    """The one service account, and the one account and region."""

    def test_the_pod_identity_of_one_service_account_of_one_cluster(self):
        assert trust(of(ImageUpdater, namespace="cd", service_account="updater")) == {
            "Sid": "PodIdentity",
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {
                "StringEquals": {
                    "aws:RequestTag/eks-cluster-arn": f"arn:aws:eks:us-east-1:{OWN}:cluster/tools",
                    "aws:RequestTag/kubernetes-namespace": "cd",
                    "aws:RequestTag/kubernetes-service-account": "updater",
                }
            },
        }

    @pytest.mark.parametrize(
        "said", [f"https://{ISSUER}", f"https://{ISSUER}/", f"arn:aws:iam::{OWN}:oidc-provider/{ISSUER}"]
    )
    def test_an_oidc_provider_by_its_issuer_or_its_arn(self, said):
        assert trust(of(ImageUpdater, cluster_name=None, oidc_provider=said)) == {
            "Sid": "ServiceAccount",
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{ISSUER}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    f"{ISSUER}:aud": "sts.amazonaws.com",
                    f"{ISSUER}:sub": "system:serviceaccount:argocd:argocd-image-updater",
                }
            },
        }

    def test_ecs_for_tasks_of_the_account_and_region(self):
        said = trust(of(EcsExecution))
        assert said["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        assert said["Condition"] == {
            "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:us-east-1:{OWN}:*"},
            "StringEquals": {"aws:SourceAccount": OWN},
        }


class TestReadersOfParameters:
    """A listing is authorised against the path that is asked for, a parameter against its own name."""

    ROOT = f"arn:aws:ssm:us-east-1:{OWN}:parameter"
    GET = "ssm:GetParameter, ssm:GetParameters"

    def test_of_all_of_them(self):
        assert allowed(of(SsmRead)) == {
            f"{self.GET}, ssm:GetParametersByPath": [f"{self.ROOT}/ecr", f"{self.ROOT}/ecr/*"]
        }
        assert identity(of(SsmRead)).name == "ECRSSMParameterRead"
        assert of(SsmRead).description == "Allow reading ECR information from SSM Parameter Store"

    def test_of_named_repositories_and_nothing_wider(self):
        assert allowed(of(SsmRead, repositories=("web", "team/api"), prefix="/shop/images")) == {
            self.GET: [f"{self.ROOT}/shop/images/team/api/*", f"{self.ROOT}/shop/images/web/*"],
            "ssm:GetParametersByPath": [f"{self.ROOT}/shop/images/team/api", f"{self.ROOT}/shop/images/web"],
        }

    def test_of_a_repository_above_another_one(self):
        """`*` goes beyond the next slash, and a listing down to what lies below."""
        assert allowed(of(SsmRead, repositories=("team",), published_beside=("team/api", "teams"))) == {
            self.GET: sorted(f"{self.ROOT}/ecr/team/{each}" for each in PARAMETERS)
        }

    def test_of_a_repository_and_the_one_below_it(self):
        found = allowed(of(SsmRead, repositories=("team", "team/api"), published_beside=("team/api",)))
        assert found["ssm:GetParametersByPath"] == [f"{self.ROOT}/ecr/team", f"{self.ROOT}/ecr/team/api"]
        assert found[self.GET] == [f"{self.ROOT}/ecr/team/*", f"{self.ROOT}/ecr/team/api/*"]


class TestPlaces:
    """Every ARN is of the partition, the account and the region of the identity."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_in_another_partition(self, kind):
        here = "arn:aws-cn:ecr:cn-north-1:111111111111:repository/shop/web"
        changes = {} if kind is SsmRead else {"repositories": (here,)}
        if kind is EcsExecution:
            changes |= {"secret_arns": (), "kms_key_arns": ()}
        found = identity(of(kind, **changes), CHINA)
        text = render_policy(found.statements) + render_policy(found.trust)
        assert "arn:aws:" not in text
        assert "us-east-1" not in text

    def test_repositories_of_another_partition_cannot_be_pulled_from(self):
        assert codes(of(NodePull), CHINA) == [
            ("repositories[0]", "identity-repositories"),
            ("repositories[1]", "identity-repositories"),
        ]


class TestRefused:
    """What AWS does not take is refused with the argument's name."""

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not SsmRead])
    def test_no_repository_at_all(self, kind):
        assert codes(of(kind, repositories=())) == [("repositories", "identity-repositories")]

    def test_readers_of_no_repository(self):
        assert codes(of(SsmRead, repositories=())) == [("repositories", "identity-repositories")]

    @pytest.mark.parametrize(
        "arn",
        [
            "shop/web",
            f"arn:aws:ecr:us-east-1:{OWN}:repository/*",
            f"arn:aws:ecr:us-east-1:{OWN}:repository/Web",
            f"arn:aws:iam::{OWN}:role/web",
            "*",
        ],
    )
    def test_what_is_no_repository(self, arn):
        assert codes(of(NodePull, repositories=(WEB, arn))) == [("repositories[1]", "identity-repositories")]

    @pytest.mark.parametrize(
        ("kind", "changes", "expected"),
        [
            (ImageUpdater, {"role_name": "a b"}, [("role_name", "identity-name")]),
            (ImageUpdater, {"role_name": "r" * 65}, [("role_name", "identity-name")]),
            (ImageUpdater, {"cluster_name": None}, [("", "identity-updater")]),
            (ImageUpdater, {"oidc_provider": f"https://{ISSUER}"}, [("", "identity-updater")]),
            (ImageUpdater, {"cluster_name": "-a"}, [("cluster_name", "identity-updater")]),
            (ImageUpdater, {"namespace": "n" * 64}, [("namespace", "identity-updater")]),
            (ImageUpdater, {"service_account": "a..b"}, [("service_account", "identity-updater")]),
            (ImageUpdater, {"permissions_boundary": "x"}, [("permissions_boundary", "identity-boundary")]),
            (NodePull, {"policy_name": "p" * 129}, [("policy_name", "identity-name")]),
            (NodePull, {"roles": ("a", "A")}, [("roles[1]", "identity-role")]),
            (LambdaCreators, {"roles": ("arn:aws:iam::111111111111:role/a",)}, [("roles[0]", "identity-name")]),
            (CodeBuild, {"project_names": ("a",)}, [("project_names[0]", "identity-project")]),
            (CodeBuild, {"published_names": ("a b",)}, [("published_names[0]", "ssm-path")]),
            (EcsExecution, {"log_group_names": ("a b",)}, [("log_group_names[0]", "identity-log-group")]),
            (EcsExecution, {"secret_arns": (f"{SECRET}*",)}, [("secret_arns[0]", "identity-arn")]),
            (EcsExecution, {"parameter_names": ("/a/*",)}, [("parameter_names[0]", "ssm-parameter")]),
            (EcsExecution, {"kms_key_arns": ("*",)}, [("kms_key_arns[0]", "identity-arn")]),
            (SsmRead, {"prefix": "/aws"}, [("prefix", "ssm-path-reserved")]),
            (SsmRead, {"repositories": ("a//b",)}, [("repositories[0]", "ssm-path")]),
            (SsmRead, {"description": "\N{EN DASH}"}, [("description", "identity-description")]),
        ],
    )
    def test_arguments(self, kind, changes, expected):
        assert codes(of(kind, **changes)) == expected

    def test_a_secret_whose_last_characters_are_not_known(self):
        assert codes(of(EcsExecution, secret_arns=(f"{SECRET[:-6]}??????",))) == []

    @pytest.mark.parametrize(("kind", "most"), [(NodePull, 6_144), (CodeBuild, 6_144), (ImageUpdater, 10_240)])
    def test_documents_as_long_as_iam_takes_and_one_character_more(self, kind, most):
        bare = dataclasses.replace(of(kind, repositories=(WEB,)))
        many = [f"{WEB}{number:0100}" for number in range(most // 200)]
        left = most - len(render_policy(identity(of(kind, repositories=(WEB, *many))).statements)) if many else 0
        assert bare.problems(HERE) == []
        while left > 160:
            many.append(f"{WEB}{len(many):0100}")
            left = most - len(render_policy(of(kind, repositories=(WEB, *many)).identities(HERE)[0].statements))
        rest = f"{WEB}{'x' * (left - len(WEB) - 3)}"
        assert codes(of(kind, repositories=(WEB, *many, rest))) == []
        assert codes(of(kind, repositories=(WEB, *many, f"{rest}x"))) == [("repositories", "identity-size")]


NAME = st.text(st.sampled_from("abcXYZ019+=,.@_-"), min_size=1, max_size=12)


@given(NAME, NAME)
def test_no_two_roles_have_attachments_of_one_address(one, other):
    assert (role_address(one) == role_address(other)) == (one == other)
    assert all(sign.isalnum() or sign in "_-" for sign in role_address(one))


def test_the_address_of_a_role_is_that_of_its_name():
    assert [role_address(name) for name in ("eks-nodes", "eks_nodes", "a.b@c")] == [
        "eks-nodes",
        "eks__nodes",
        "a_2Eb_40c",
    ]
    assert check_roles(["eks-nodes", "eks_nodes", "a.b@c"], "roles") == []


LOGICAL = st.sampled_from(["web", "web-app", "team", "team/api", "team/api/v2", "a_b"])
ARNS = st.builds(
    "arn:aws:ecr:{}:{}:repository/{}".format,
    st.sampled_from(["us-east-1", "eu-west-1"]),
    st.sampled_from([OWN, "222222222222"]),
    LOGICAL,
)
IDENTITIES = st.one_of(
    st.builds(of, st.sampled_from(KINDS[:-1]), repositories=st.lists(ARNS, min_size=1, max_size=5).map(tuple)),
    st.builds(
        of,
        st.just(SsmRead),
        repositories=st.none() | st.lists(LOGICAL, min_size=1, max_size=4, unique=True).map(tuple),
        published_beside=st.lists(LOGICAL, max_size=4, unique=True).map(tuple),
    ),
)


@given(IDENTITIES)
def test_nothing_of_ecr_but_the_login_is_about_more_than_the_repositories(value):
    for statement in identity(value).statements:
        of_ecr = [action for action in statement.actions if action.startswith("ecr:")]
        if of_ecr == ["ecr:GetAuthorizationToken"]:
            assert statement.resources == ("*",)
            continue
        assert of_ecr in ([], list(statement.actions))
        if of_ecr:
            assert set(statement.resources) == set(value.repositories)
        else:
            assert not any(resource == "*" or ":ecr:" in resource for resource in statement.resources)


@given(st.lists(LOGICAL, min_size=1, max_size=4, unique=True), st.lists(LOGICAL, max_size=6, unique=True))
def test_readers_of_named_repositories_read_their_parameters_and_nobody_else_s(names, published):
    """By IAM's own matching: `*` is any characters, also `/`."""
    import fnmatch

    found = identity(of(SsmRead, repositories=tuple(names), published_beside=tuple(published)))
    root = f"arn:aws:ssm:us-east-1:{OWN}:parameter/ecr"
    get, listed = (
        [resource for each in found.statements if action in each.actions for resource in each.resources]
        for action in ("ssm:GetParameter", "ssm:GetParametersByPath")
    )
    for name in {*names, *published}:
        for parameter in PARAMETERS:
            arn = f"{root}/{name}/{parameter}"
            assert any(fnmatch.fnmatchcase(arn, pattern) for pattern in get) == (name in names)
            assert any(arn.startswith(f"{path}/") for path in listed) <= (name in names)


@given(IDENTITIES)
def test_parliament_finds_nothing_in_any_document(value):
    found = identity(value)
    documents = [render_policy(found.statements)]
    if found.trust:
        # A trust policy has no Resource, because it applies to its role; parliament wants one, as for a role.
        trusted = json.loads(render_policy(found.trust))
        for statement in trusted["Statement"]:
            statement["Resource"] = f"arn:aws:iam::{OWN}:role/x"
            # It knows no keys of cluster's issuers.
            statement["Condition"]["StringEquals"] = {
                key: said for key, said in statement["Condition"]["StringEquals"].items() if key.startswith("aws:")
            }
        documents.append(json.dumps(trusted))
    assert [str(each) for text in documents for each in parliament.analyze_policy_string(text).findings] == []
