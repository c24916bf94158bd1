"""Names of repositories, and the Terraform addresses made from logical names."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, nearest, show

__all__ = [
    "NAME",
    "NAME_LENGTH",
    "TEMPLATE",
    "TEMPLATE_FIELDS",
    "check_logical_name",
    "check_repository_name",
    "check_template",
    "expand_template",
    "is_terraform_name",
    "terraform_address",
]

TEMPLATE_FIELDS = ("project", "env", "name")

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
NAME = re.compile(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*")
# https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers
_TERRAFORM_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_-]*")
NAME_LENGTH = range(2, 257)
# A name in which a placeholder stands for any letters and digits.
_PIECE = rf"(?:[a-z0-9]|\{{(?:{'|'.join(TEMPLATE_FIELDS)})\}})+"
_PART = rf"{_PIECE}((\.|_|__|-+){_PIECE})*"
TEMPLATE = re.compile(rf"(?=.*\{{name\}}){_PART}(/{_PART})*")
_SAMPLE = "xx"
_NAME_FIX = (
    "Use lowercase letters and digits, joined by single '.', '_', '__' or '-', in parts divided by '/', "
    "2 to 256 characters in all."
)


def check_repository_name(value: object, *path: str | int) -> list[Problem]:
    """Check the name of a repository.

    ECR takes 2 to 256 characters: parts of lowercase letters and digits joined by `.`, `_`, `__` or hyphens, and
    divided by `/` (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html).
    """
    if is_unresolved(value):
        return []
    if isinstance(value, str) and len(value) in NAME_LENGTH and NAME.fullmatch(value):
        return []
    return [Problem(path, "repository-name", "must be a name that ECR takes", show(value), _NAME_FIX)]


def check_logical_name(value: str, *path: str | int) -> list[Problem]:
    """Check the name by which an environment calls a repository: a repository's name, but one character will do."""
    if len(value) < NAME_LENGTH.stop and NAME.fullmatch(value):
        return []
    return [Problem(path, "logical-name", "must be a name that ECR takes", show(value), _NAME_FIX)]


def check_template(template: str, *path: str | int) -> list[Problem]:
    """Check the template of repository names: text with `{project}`, `{env}` and, always, `{name}`.

    The text around the placeholders follows the rules of `check_repository_name`.
    """
    try:
        fields = [(name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(template)]
    except ValueError as error:
        fix = "Close every brace: {project}, {env}, {name}."
        return [Problem(path, "name-template", f"must be a template ({error})", show(template), fix)]
    problems = []
    for name, spec, conversion in fields:
        if name is None or (name in TEMPLATE_FIELDS and not spec and not conversion):
            continue
        rule = f"must use the placeholders {{{'}, {'.join(TEMPLATE_FIELDS)}}} alone"
        written = f"{{{name}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}}}"
        guess = nearest(name, TEMPLATE_FIELDS) or "Remove the placeholder."
        fix = f"Write {{{name}}}: names take no format." if name in TEMPLATE_FIELDS else guess
        problems.append(Problem(path, "name-template", rule, show(written), fix))
    if "name" not in [name for name, _, _ in fields]:
        fix = "Add {name}, or every repository would have the same name."
        problems.append(Problem(path, "name-template", "must contain {name}", show(template), fix))
    if problems:
        return problems
    sample = expand_template(template, dict.fromkeys(TEMPLATE_FIELDS, _SAMPLE))
    if check_repository_name(sample):
        # Whatever is put in begins and ends with a letter or digit, so it is the text around it that is wrong.
        rule = "must make names that ECR takes"
        problems.append(Problem(path, "name-template", rule, show(template), _NAME_FIX))
    return problems


def expand_template(template: str, values: Mapping[str, str]) -> str:
    """Return a repository's name from a template that `check_template` found right."""
    return template.format_map(values)


def is_terraform_name(text: str) -> bool:
    """Tell whether Terraform takes a text as the name of a resource."""
    return _TERRAFORM_NAME.fullmatch(text) is not None


def terraform_address(logical_name: str) -> str:
    """Return the Terraform name of the resources of a repository.

    It is made from the logical name alone, one-to-one: hyphens and underscores stay (`a-b` and `a_b` differ), `/`
    becomes `_S_` and `.` becomes `_D_`, which no logical name contains because it has no uppercase letters. A name
    that starts with a digit, as no Terraform name may, gets `N_` in front.

    Changing what this returns for any name would make Terraform replace that repository and delete its images.
    """
    address = logical_name.replace("/", "_S_").replace(".", "_D_")
    return f"N_{address}" if address[:1].isdigit() else address
