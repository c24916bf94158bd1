"""What a change encrypts by less: repositories that are to be made, and the log of findings."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import findings_of, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.config.model.kms import Key
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.core.repository import ENCRYPTION_TYPES, takes_key
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import Said, at, said_of, said_of_one, watches_less

__all__ = ["judge_encryption"]

_KEYS = ("encryption_type", "kms_key")
_CODE = "encryption-weakened"
_FIX = "Keep the encryption, where a rule of your own asks for it."


def judge_encryption(change: Change) -> Iterator[Finding]:
    """Yield what is encrypted by less than before, by the settings that count and not by what the files say."""
    for pair in change.changed:
        if pair.before is not None and pair.after is not None:
            yield from _of_repositories(pair, pair.before, pair.after)
            yield from _of_templates(pair.before, pair.after)
            yield from _of_the_log(pair.before, pair.after)


_Encryption = tuple[int, bool]
"""An encryption as an index in `ENCRYPTION_TYPES`, and whether with a key of the account."""


def _of_repositories(pair: EnvironmentPair, before: Environment, after: Environment) -> Iterator[Finding]:
    old, new = _default_encryption(before), _default_encryption(after)
    of_all = new < old and after.settings.ecr_strategy == "local"
    if of_all:
        keys = [key for key in _KEYS if _said(before, key) != _said(after, key)]
        said = _said_of_all(before, after, *keys)
        what = f"new repositories are encrypted with {_key_in_words(new)} instead of {_key_in_words(old)}"
        yield watches_less(_CODE, after, said, what, _FIX)
    for each in pair.made:
        one, other = each.before, each.after
        if one is None or other is None or one.options is other.options:
            continue
        was, is_to_be = (_strength(every.encryption_type, every.kms_key) for every in (one, other))
        own = {*_KEYS} & (one.own_keys | other.own_keys)
        if is_to_be < was and (own or not of_all):
            keys = ["encryption_type"] if is_to_be[0] < was[0] else ["kms_key"]
            what = f"is encrypted with {_key_in_words(is_to_be)} instead of {_key_in_words(was)}"
            said = said_of_one(one, other, *keys)
            yield watches_less(_CODE, after, said, what, _FIX, repositories=(each.logical_name,))


def _of_templates(before: Environment, after: Environment) -> Iterator[Finding]:
    later = {wanted.logical_id: wanted for wanted in templates_of(after)}
    for wanted in templates_of(before):
        template = wanted.value
        if not isinstance(template, CreationTemplate):
            continue
        other = later.get(wanted.logical_id)
        settings = None if other is None or not isinstance(other.value, CreationTemplate) else other.value.settings
        old = _strength(template.settings.encryption_type, wanted.kms_key)
        new = (0, False) if other is None or settings is None else _strength(settings.encryption_type, other.kms_key)
        if new < old:
            said = at(*wanted.path, at_base=True) if other is None else at(*other.path, "encryption_type")
            below = f"what ECR makes below {template.prefix}"
            what = f"{below} is encrypted with {_key_in_words(new)} instead of {_key_in_words(old)}"
            yield watches_less(_CODE, after, said, what, _FIX)


def _strength(encryption_type: str, key: Key | None) -> _Encryption:
    return ENCRYPTION_TYPES.index(encryption_type), key is not None and takes_key(encryption_type)


def _said(environment: Environment, key: str) -> object:
    """Return what the defaults say of the encryption of a repository, or else the environment."""
    return getattr(environment.defaults, key) or getattr(environment.settings, f"ecr_{key}")


def _said_of_all(before: Environment, after: Environment, *keys: str) -> Said:
    for environment, at_base in ((after, False), (before, True)):
        for key in keys:
            if key in environment.defaults.model_fields_set:
                return at(DEFAULTS, key, at_base=at_base)
            if f"ecr_{key}" in environment.settings.model_fields_set:
                return at(f"ecr_{key}", at_base=at_base)
    return at()


def _default_encryption(environment: Environment) -> _Encryption:
    encryption_type = environment.defaults.encryption_type or environment.settings.ecr_encryption_type
    return _strength(encryption_type, environment.defaults.kms_key or environment.settings.ecr_kms_key)


def _key_in_words(encryption: _Encryption) -> str:
    index, is_own = encryption
    name = ENCRYPTION_TYPES[index]
    if not takes_key(name):
        return name
    return f"{name} and {'a key of the account' if is_own else 'the key of AWS'}"


def _of_the_log(before: Environment, after: Environment) -> Iterator[Finding]:
    (old, new) = ([wanted.kms_key for wanted in findings_of(each)] for each in (before, after))
    if new == [None] and old not in ([None], []):
        what = "the log of findings is encrypted with AWS's own key instead of one of the account"
        yield watches_less(_CODE, after, said_of(before, after, "ecr_log_kms_key"), what, _FIX)
