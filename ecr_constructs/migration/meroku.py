"""Files of the public meroku layout, of which a part is about repositories, as environment files.

meroku (https://github.com/MadAppGang/meroku) describes a whole environment in one file and goes on using it, so what is
made from it is a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecr_constructs.config.model.file import EnvironmentFile
from ecr_constructs.config.reading.hints import key_hint
from ecr_constructs.errors import Problem, show
from ecr_constructs.migration.render import SCHEMA_COMMENT, Part
from ecr_constructs.migration.texts import account_text
from ecr_constructs.migration.versions import CURRENT, NEWEST_FOREIGN, check_version, is_said, strategy_of

__all__ = ["KEYS", "concerns_repositories", "convert_meroku", "is_meroku"]

_REPOSITORY_KEYS = frozenset(
    {
        "account_id",
        "aws_profile",
        "ecr_account_id",
        "ecr_account_region",
        "ecr_strategy",
        "ecr_trusted_accounts",
        "env",
        "event_processor_tasks",
        "project",
        "region",
        "scheduled_tasks",
        "schema_version",
        "services",
        "state_bucket",
        "workload",
    }
)
_OTHER_KEYS = frozenset(
    """
    alb allow_backend_task_to_confirm_signup amplify_apps auto_verified_attributes az_count backend_env
    backend_env_variables buckets cognito create_private_subnets dashboard_callback_urls domain efs
    enable_dashboard_client enable_nat_gateway enable_user_pool_domain enable_web_client event_tasks health_endpoint
    image_bucket_postfix is_prod modules pg_db_name pg_engine pg_public pg_username pgadmin pgadmin_email postgres
    pubsub_appsync ses ses_domain ses_test_emails setup_FCM_SNS setup_cognito setup_domain setup_postgres
    setup_ses slack_deployment_webhook sqs state_file use_default_vpc user_pool_domain_prefix vpc_cidr
    """.split()  # noqa: SIM905  # as a list it would fill a page
)
KEYS = _REPOSITORY_KEYS | _OTHER_KEYS
"""Every top-level key of the layout, in any of its versions."""

_IMAGE = "backend_external_docker_image"
_OF_ITEMS = ("account_id", "docker_image", "ecr_config", "env", "name", "region")
_TASKS = ("scheduled_tasks", "event_processor_tasks")
_SOURCE_TYPES = dict.fromkeys(_TASKS, "tasks")

_NOT_OF_STATE = "state_file is left out: the repositories get a state of their own, beside that of meroku"


def is_meroku(data: Mapping[str, object]) -> bool:
    """Return whether a file is of the meroku layout: it has keys of it that ours does not know, or a version of it.

    A version after ours says so only where no key is ours alone.
    """
    ours = EnvironmentFile.model_fields.keys()
    if data.keys() & KEYS - ours:
        return True
    version = data.get("schema_version")
    newer = isinstance(version, int) and CURRENT < version <= NEWEST_FOREIGN
    return newer and not data.keys() & ours - KEYS


def concerns_repositories(path: Sequence[str | int]) -> bool:
    """Return whether a value of a meroku file is one that an environment file is made of.

    What is wrong with any other, such as an expression of Terraform in the variables of a service, is no matter here.
    """
    top, *rest = path or ("",)
    if top in _OTHER_KEYS:
        return False
    if top == "workload":
        return rest[:1] in ([], [_IMAGE])
    return len(rest) < 2 or rest[1] in _OF_ITEMS


def convert_meroku(data: Mapping[str, object], name: str) -> tuple[list[Part], list[str], list[Problem]]:
    """Return the parts of an environment file, notes on what is left out or worth knowing, and what is wrong.

    Args:
        data: What the meroku file says.
        name: How the new file calls it.
    """
    problems = [*check_version(data, newest=NEWEST_FOREIGN), *_check_keys(data)]
    if problems:
        return [], [], problems
    notes: list[str] = []
    strategy = data["ecr_strategy"] if is_said(data.get("ecr_strategy")) else strategy_of(data)[0]
    local = strategy == "local"
    identity = _said(data, ("project", "env", "region", "aws_profile")) | _accounts(_said(data, ("account_id",)))
    source = _accounts(_said(data, ("ecr_account_id", "ecr_account_region"))) if not local else {}
    trusted = _items(data, "ecr_trusted_accounts")
    workloads = _workloads(data, notes)
    problems = [problem for key in ("ecr_trusted_accounts", "services", *_TASKS) for problem in _check_items(data, key)]
    if problems:
        return [], [], problems
    notes += _notes(data, local=local)
    everyone = {"organization": True} if local and not trusted else {}
    return (
        [
            (
                [SCHEMA_COMMENT, "", f"Made from the meroku file {name}, which stays as it is."],
                {"schema_version": CURRENT, **identity},
            ),
            (["meroku's bucket, in which this environment has a state of its own."], _state(data)),
            ([], {"ecr_strategy": strategy, **source}),
            (["Accounts that may pull from every repository."], _trusted(trusted)),
            (
                ["As with meroku, every account of the organisation may pull. Narrow it by ecr_trusted_accounts."],
                everyone,
            ),
            (
                ["meroku's repositories have no lifecycle policy. With a number, older images expire."],
                {"ecr_defaults": {"max_image_count": None}} if local else {},
            ),
            ([], workloads),
        ],
        notes,
        [],
    )


def _check_keys(data: Mapping[str, object]) -> Iterator[Problem]:
    ours = EnvironmentFile.model_fields.keys()
    for key in data:
        if key in ours - KEYS:
            signs = ", ".join(sorted(data.keys() & KEYS - ours)[:3]) or "schema_version"
            rule = f"must not stand in a file of the meroku layout, as which {signs} mark it"
            yield Problem((key,), "layout", rule, show(key), "Keep the two layouts in two files.")
        elif key not in KEYS:
            fix = key_hint(key, KEYS) or "Remove it."
            yield Problem((key,), "unknown-key", "must be a key of the meroku layout", show(key), fix)
    strategy = data.get("ecr_strategy")
    if is_said(strategy) and strategy not in ("local", "cross_account"):
        rule = "must be one of local, cross_account"
        yield Problem(("ecr_strategy",), "choice", rule, show(strategy), "Use one of these.")


def _said(data: Mapping[str, object], keys: Sequence[str]) -> dict[str, object]:
    return {key: data[key] for key in keys if is_said(data.get(key))}


def _accounts(data: Mapping[str, object]) -> dict[str, object]:
    """Return the same with accounts that were written without quotes as text, where no digit was lost by that."""
    return {key: account_text(value) for key, value in data.items()}


def _state(data: Mapping[str, object]) -> dict[str, object]:
    """Return where the state goes: never to where meroku has its own, all of which a plan would destroy."""
    if not is_said(data.get("state_bucket")):
        return {}
    taken = data.get("state_file") == f"layers/compute/{data.get('env')}/terraform.tfstate"
    key = {"state_key": f"repositories/{data.get('env')}/terraform.tfstate"} if taken else {}
    return {"bucket": data["state_bucket"], **key}


def _trusted(items: Sequence[Mapping[str, object]]) -> dict[str, object]:
    accounts = [_accounts(_said(item, list(item))) for item in items]
    return {"ecr_trusted_accounts": accounts} if accounts else {}


def _workloads(data: Mapping[str, object], notes: list[str]) -> dict[str, object]:
    workloads: dict[str, object] = {}
    workload = data.get("workload")
    image = workload.get(_IMAGE) if isinstance(workload, Mapping) else None
    if is_said(image):
        notes.append(f"the backend is left out: it runs {show(image)}. Add backend: true if its repository is in use")
    else:
        workloads["backend"] = True
    services = [_workload(each) for each in _items(data, "services")]
    tasks = [_workload(each) for key in _TASKS for each in _items(data, key)]
    return workloads | ({"services": services} if services else {}) | ({"tasks": tasks} if tasks else {})


def _workload(item: Mapping[str, object]) -> object:
    """Return a service or task as ours: its name, with where its images are if that is not a repository of its own."""
    config = item.get("ecr_config")
    said = _said(config, list(config)) if isinstance(config, Mapping) else {}
    if said.get("mode", "create_ecr") == "create_ecr":
        return item["name"]
    source = said.get("source_service_type")
    if isinstance(source, str) and source in _SOURCE_TYPES:
        said["source_service_type"] = _SOURCE_TYPES[source]
    return {"name": item["name"], "ecr_config": said}


def _items(data: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    """Return the entries of a list, save those that `_check_items` finds wrong."""
    value = data.get(key)
    return [item for item in value if _is_item(item, key)] if isinstance(value, list) else []


def _check_items(data: Mapping[str, object], key: str) -> Iterator[Problem]:
    value, required = data.get(key), _required(key)
    if isinstance(value, list):
        for index, item in enumerate(value):
            if not _is_item(item, key):
                rule = f"must be a mapping with {required}"
                yield Problem((key, index), "type", rule, show(item), f"Add `{required}:`.")
    elif is_said(value):
        fix = "Write each entry on a line of its own, after '- '."
        yield Problem((key,), "type", "must be a list", show(value), fix)


def _is_item(item: object, key: str) -> bool:
    return isinstance(item, Mapping) and is_said(item.get(_required(key)))


def _required(key: str) -> str:
    return "account_id" if key == "ecr_trusted_accounts" else "name"


def _notes(data: Mapping[str, object], *, local: bool) -> Iterator[str]:
    if "state_file" in data:
        yield _NOT_OF_STATE
    if local and any(is_said(data.get(key)) for key in ("ecr_account_id", "ecr_account_region")):
        yield "ecr_account_id and ecr_account_region are left out: with ecr_strategy: local they mean nothing"
    if local and data.get("env") != "dev" and any(data.get(key) for key in _TASKS):
        yield "meroku makes repositories of tasks in dev alone: those of this environment would be new"
    images = [f"{key}[{index}]" for key in ("services", *_TASKS) for index in _with_images(data.get(key))]
    if images:
        yield f"{', '.join(images)}: run an image from elsewhere; remove what needs no repository"
    if others := sorted(data.keys() & _OTHER_KEYS - {"state_file"}):
        yield f"left out, because no repository depends on it: {', '.join(others)}"


def _with_images(items: object) -> list[int]:
    entries = items if isinstance(items, list) else []
    return [index for index, item in enumerate(entries) if is_said(item.get("docker_image"))]
