"""Program of the embedded AWS: moto's server on a free port of the loopback interface.

Run as a file, with nothing but moto. It loads, reads the account's id as one line from standard input, and answers
with its port as one line on standard output; from then on it serves until it is killed:

    python -P moto_server.py
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from moto.backends import get_backend
from moto.core.config import default_user_config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

__all__ = ["main"]

_CUSTOM_ID = "_custom_id_"


def main() -> None:
    """Serve until killed."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    _follow_ecr()
    _follow_lambda()
    _give_ids()
    _run_nothing()
    # Each takes some tenths of a second to load, which the first request would wait for.
    threading.Thread(target=lambda: [get_backend(name) for name in ("ssm", "ecr", "kms", "s3")], daemon=True).start()
    with socket.socket() as listener:
        # Bound here rather than by number, so that nobody else can take the port in between.
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        port = listener.getsockname()[1]
        os.environ["MOTO_PORT"] = str(port)
        os.environ["MOTO_ACCOUNT_ID"] = sys.stdin.readline().strip()
        application = _one_at_a_time(DomainDispatcherApplication(create_backend_app))
        server = make_server("127.0.0.1", port, application, threaded=True, fd=listener.fileno())
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        server.serve_forever()


def _one_at_a_time(application: Callable[..., Any]) -> Callable[..., Any]:
    """Let moto answer one request after the other: it changes its tables while other threads read them.

    Python runs one thread at a time anyway, so this costs nothing. The connections stay in threads of their own,
    because Terraform keeps many open.
    """
    turn = threading.Lock()

    def answer(*arguments: Any) -> Any:
        with turn:
            return application(*arguments)

    return answer


def _run_nothing() -> None:
    """Keep moto from running what it is given, such as the code of a function, in containers of this machine."""
    for service in ("batch", "lambda"):
        default_user_config[service]["use_docker"] = False


def _follow_ecr() -> None:
    """Let moto do as Amazon ECR does where moto 5.2 does not.

    Take archive rules of lifecycle policies, repository names such as `a--b`, more than one replication rule, and every
    action of ECR in the registry's policy, and give repositories in China the domain that they have there. These are
    moto's own names: where a release has others, it stays as it is.
    """
    with contextlib.suppress(ImportError, AttributeError):
        from moto.ecr import models, policy_validation

        # https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
        part = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
        for owner, name, ours in (
            (models, "ECR_REPOSITORY_NAME_PATTERN", rf"{part}(\/{part})*"),
            (policy_validation.EcrLifecyclePolicyValidator, "validate", _validate_lifecycle_policy),
            (models.ECRBackend, "put_replication_configuration", _put_replication_configuration),
            (models.ECRBackend, "_validate_registry_policy_action", _validate_registry_policy_action),
            (models.Repository, "__init__", _in_its_domain(models.Repository.__init__)),
        ):
            getattr(owner, name)
            setattr(owner, name, ours)


def _follow_lambda() -> None:
    """Let moto say nothing of how a function's image is started where nobody said it, as Lambda does."""
    with contextlib.suppress(ImportError, AttributeError):
        from moto.awslambda.models import ImageConfig

        ours = _without_empty(ImageConfig.response)
        ImageConfig.response = ours  # type: ignore[method-assign, assignment]  # which may say nothing


def _without_empty(response: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any] | None]:
    return lambda of: {key: value for key, value in response(of).items() if value} or None


def _give_ids() -> None:
    """Let moto give VPCs, subnets, route tables and security groups the id that a tag of theirs says.

    Other parts of moto do so by themselves, by a tag of the same name. What is made by its name alone could not stand
    for a network that a file names by its id.
    """
    with contextlib.suppress(ImportError, AttributeError):
        from moto.ec2.models import route_tables, security_groups, subnets, vpcs

        for module, owner, what in (
            (vpcs, vpcs.VPCBackend, "vpc"),
            (subnets, subnets.SubnetBackend, "subnet"),
            (route_tables, route_tables.RouteBackend, "route_table"),
            (security_groups, security_groups.SecurityGroupBackend, "security_group"),
        ):
            at_random = f"random_{what}_id"
            getattr(module, at_random)
            setattr(owner, f"create_{what}", _with_its_id(module, at_random, getattr(owner, f"create_{what}")))


def _with_its_id(module: Any, at_random: str, make: Callable[..., Any]) -> Callable[..., Any]:
    def made(backend: Any, *arguments: Any, **options: Any) -> Any:
        wanted = _asked_id([*arguments, *options.values()])
        if wanted is None:
            return make(backend, *arguments, **options)
        before = getattr(module, at_random)
        setattr(module, at_random, lambda: wanted)
        try:
            return make(backend, *arguments, **options)
        finally:
            setattr(module, at_random, before)

    return made


def _asked_id(value: Any) -> str | None:
    """Return the id that is asked for by a tag, in either of the forms that moto has of tags."""
    if isinstance(value, dict):
        if _CUSTOM_ID in value:
            return str(value[_CUSTOM_ID])
        if value.get("Key") == _CUSTOM_ID:
            return str(value["Value"])
        value = list(value.values())
    found = map(_asked_id, value) if isinstance(value, list) else ()
    return next((each for each in found if each is not None), None)


def _in_its_domain(make: Callable[..., None]) -> Callable[..., None]:
    def made(repository: Any, *arguments: Any, **options: Any) -> None:
        make(repository, *arguments, **options)
        if repository.region_name.startswith("cn-"):
            repository.uri = repository.uri.replace(".amazonaws.com/", ".amazonaws.com.cn/")

    return made


def _validate_lifecycle_policy(validator: Any) -> None:
    from moto.ecr.exceptions import InvalidParameterException

    try:
        rules = json.loads(validator._policy_text)["rules"]
    except (ValueError, KeyError, TypeError):
        rules = None
    if not isinstance(rules, list) or not rules:
        raise InvalidParameterException(
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: "
            "'Lifecycle policy validation failure'"
        )


def _validate_registry_policy_action(_: Any, policy_text: str) -> None:
    from moto.ecr.exceptions import InvalidParameterException

    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html
    for statement in json.loads(policy_text)["Statement"]:
        actions = statement["Action"]
        if not all(action.startswith("ecr:") for action in ([actions] if isinstance(actions, str) else actions)):
            raise InvalidParameterException(
                "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid registry policy provided'"
            )


def _put_replication_configuration(backend: Any, replication_config: dict[str, Any]) -> dict[str, Any]:
    from moto.ecr.exceptions import InvalidParameterException

    own = (backend.region_name, backend.account_id)
    for rule in replication_config["rules"]:
        if own in [(destination["region"], destination["registryId"]) for destination in rule["destinations"]]:
            raise InvalidParameterException(
                "Invalid parameter at 'replicationConfiguration' failed to satisfy constraint: "
                "'Replication destination cannot be the same as the source registry'"
            )
    backend.replication_config = replication_config
    return {"replicationConfiguration": replication_config}


if __name__ == "__main__":
    main()
