"""Every public argument of every construct refuses what is not of its type, with the path of the construct."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import pytest

import ecr_constructs
from ecr_constructs import InvalidInput, RegistryPolicy, RegistryScanning, Repository
from ecr_constructs._engine.door import Construct
from ecr_constructs.core.arguments import gate_of
from tests.constructs.synthesised import codes, every

# No argument takes all of these.
ARN = "arn:aws:ecr:us-east-1:111111111111:repository/web"
QUEUE = "arn:aws:sqs:us-east-1:111111111111:images"
WRONG = ("text", 7, float("nan"), True, None, [7], object())


def gated() -> Iterator[tuple[str, Callable[..., object]]]:
    for name in ecr_constructs.__all__:
        kind = getattr(ecr_constructs, name)
        if isinstance(kind, type) and issubclass(kind, Construct):
            yield name, kind.__init__
            for method, member in inspect.getmembers(kind, inspect.isroutine):
                if not method.startswith("_") and str(member.__module__).startswith("ecr_constructs."):
                    yield f"{name}.{method}", member


def parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    # `self` is none where the function is bound to its class.
    return [each for each in inspect.signature(function).parameters.values() if each.name != "self"]


FUNCTIONS = dict(gated())
ARGUMENTS = [
    (name, each.name)
    for name, function in FUNCTIONS.items()
    for each in parameters(function)
    if each.kind is not each.VAR_KEYWORD
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_gate_can_be_made_of_every_public_signature(name):
    gate_of(inspect.unwrap(FUNCTIONS[name]))


# What has no ARN is named by the grant, or by the rule, itself.
NAMED_THERE = ("principals", "target")


@pytest.mark.parametrize(("name", "argument"), [each for each in ARGUMENTS if each[1] not in NAMED_THERE])
def test_every_argument_refuses_what_is_not_of_its_type(name, argument):
    function = FUNCTIONS[name]
    rest = next((each for each in parameters(function) if each.kind is each.VAR_POSITIONAL), None)
    refused = []
    for value in WRONG:
        by_place = (value,) if rest is not None and rest.name == argument else ()
        bound = (None,) if "self" in inspect.signature(function).parameters else ()
        try:
            function(*bound, *by_place, **({} if by_place else {argument: value}))
        except InvalidInput as error:
            refused.append(error)
        except Exception:  # noqa: BLE001 - what is of the right type goes on, and lacks the other arguments
            continue
    assert refused
    assert all(problem.path[0] == argument for error in refused for problem in error.problems)


class TestCalls:
    """What the gate finds is raised before anything is made, all of it at once."""

    def test_of_a_constructor(self, stack):
        with pytest.raises(InvalidInput, match=r"^dev/Web: ") as caught:
            Repository(
                stack,
                "Web",
                repository_name="web",
                image_tag_mutability_exclusion_filters="dev*",
                scan_on_push="yes",
                prevent_destroy="false",
                tags={"CostCenter": 1234},
            )
        assert codes(caught) == [
            ("image_tag_mutability_exclusion_filters", "argument-type"),
            ("scan_on_push", "argument-type"),
            ("prevent_destroy", "argument-type"),
            ("tags.CostCenter", "argument-type"),
        ]
        Repository(stack, "Web", repository_name="web")
        assert len(every(stack, "aws_ecr_repository")) == 1

    @pytest.mark.parametrize(
        ("method", "arguments", "where"),
        [
            ("grant_pull", [7], "principals[0]"),
            ("add_lifecycle_rule", [{"tag_status": "any"}], "rules[0]"),
            ("add_to_policy", ["ecr:*"], "statements[0]"),
            ("url_for_tag", [7], "tag"),
        ],
    )
    def test_of_a_method(self, stack, method, arguments, where):
        web = Repository(Construct(stack, "Team"), "Web", repository_name="web")
        with pytest.raises(InvalidInput) as caught:
            getattr(web, method)(*arguments)
        assert str(caught.value).startswith(f"dev/Team/Web: {where}: must be ")

    def test_of_what_is_made_by_another_way(self, stack):
        with pytest.raises(InvalidInput, match=r"^dev/Found: name: must be text, got 7"):
            Repository.from_ssm(stack, "Found", 7)
        with pytest.raises(InvalidInput, match=r"^\?: scope: must be a Construct, got 'dev'"):
            RegistryScanning.of("dev")
        with pytest.raises(InvalidInput, match=r"^dev/7: id: must be text, got 7"):
            Repository(stack, 7, repository_name="web")

    def test_of_a_list_that_text_stands_for(self, stack):
        """Read letter by letter, it would replicate into every repository."""
        with pytest.raises(InvalidInput, match=r"^dev/RegistryPolicy: repository_prefixes: must be a list, "):
            RegistryPolicy.of(stack).grant_replication(["222222222222"], repository_prefixes="shop*")


@pytest.mark.parametrize("name", ["team/a b.c", "1a", "-a", "a\n", "${x}", "", "aws.a"])
@pytest.mark.parametrize(
    "make",
    [
        lambda stack, name: Repository(stack, "A", repository_name="web", logical_id=name),
        lambda stack, name: ecr_constructs.ReplicationConfig(stack, "A", logical_id=name),
        lambda stack, name: ecr_constructs.RegistryPolicy.of(stack, logical_id=name),
        lambda stack, name: ecr_constructs.EcrVpcEndpoints(
            stack, "A", vpc_name="a", subnet_tags={"a": "b"}, enable_s3=False, logical_id=name
        ),
        lambda stack, name: ecr_constructs.AccountSettings(stack, "A", registry_policy_scope="V2", logical_id=name),
        lambda stack, name: ecr_constructs.PullTimeUpdateExclusion(
            stack, "A", principal_arn="arn:aws:iam::111111111111:role/scanner", logical_id=name
        ),
        lambda stack, name: ecr_constructs.ScanFindingsLog(stack, "A", logical_id=name),
        lambda stack, name: ecr_constructs.EventRule(
            stack, "A", event_pattern={"source": ["aws.ecr"]}, target=QUEUE, logical_id=name
        ),
        lambda stack, name: ecr_constructs.DeploymentEvents(
            stack, "A", name="a", trigger="push", target=QUEUE, repositories=[ARN], logical_id=name
        ),
        lambda stack, name: ecr_constructs.RepositoryKey(stack, "A", alias="alias/a", logical_id=name),
        lambda stack, name: ecr_constructs.PublicRepository(stack, "A", repository_name="web", logical_id=name),
        lambda stack, name: ecr_constructs.PullThroughCache(
            stack, "A", ecr_repository_prefix="quay", upstream="quay", logical_id=name
        ),
        lambda stack, name: ecr_constructs.GithubOidcRole(
            stack, "A", role_name="a", github_repositories=["a/b"], repositories=[ARN], logical_id=name
        ),
        lambda stack, name: ecr_constructs.RepositoryCreationTemplate(
            stack, "A", prefix="shop", applied_for=["REPLICATION"], logical_id=name
        ),
        lambda stack, name: ecr_constructs.ImageUpdaterRole(
            stack, "A", role_name="a", repositories=[ARN], cluster_name="tools", logical_id=name
        ),
        lambda stack, name: ecr_constructs.EcsExecutionRole(
            stack, "A", role_name="a", repositories=[ARN], logical_id=name
        ),
        lambda stack, name: ecr_constructs.NodePullPolicy(
            stack, "A", policy_name="a", repositories=[ARN], logical_id=name
        ),
        lambda stack, name: ecr_constructs.LambdaPull(stack, "A", policy_name="a", repositories=[ARN], logical_id=name),
        lambda stack, name: ecr_constructs.CodeBuildPolicy(
            stack, "A", policy_name="a", repositories=[ARN], logical_id=name
        ),
        lambda stack, name: ecr_constructs.SsmReadPolicy(stack, "A", logical_id=name),
        lambda stack, name: ecr_constructs.SsmPublisher(
            stack, "A", repository=Repository(stack, "Web", repository_name="web"), name="web", logical_id=name
        ),
    ],
)
def test_a_logical_id_is_a_name_of_terraform_s(stack, make, name):
    with pytest.raises(InvalidInput) as caught:
        make(stack, name)
    assert codes(caught) == [("logical_id", "logical-id")]
