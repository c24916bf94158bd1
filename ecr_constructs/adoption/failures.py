"""What boto3 raises, turned into one sentence that says what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from ecr_constructs.errors import OperationError

__all__ = ["RefusedByAws", "said_plainly"]

_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_WRONG = frozenset({"InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"})
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_LOG_IN = "Log in again, such as by `aws sso login`."


class RefusedByAws(OperationError):
    """The credentials are right, and are not allowed to do this."""


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """Turn every error of boto3 within the block into an `OperationError`."""
    from botocore import exceptions  # type: ignore[import-untyped]

    try:
        yield
    except exceptions.ClientError as error:
        raise _refusal(error) from None
    except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError):
        raise OperationError(
            "There are no credentials for AWS: log in, set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY."
        ) from None
    except exceptions.NoRegionError:
        raise OperationError(
            "There is no region: add --region, as in --region us-east-1, or set AWS_DEFAULT_REGION."
        ) from None
    except (exceptions.SSOError, exceptions.TokenRetrievalError) as error:
        raise OperationError(f"{_sentence(error)} {_LOG_IN}") from None
    except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
        raise OperationError(
            f"AWS cannot be reached: {_sentence(error)} Check the network, the region, and AWS_ENDPOINT_URL if it is "
            "set."
        ) from None
    except exceptions.BotoCoreError as error:
        raise OperationError(f"AWS cannot be asked: {_sentence(error)}") from None


def _refusal(error: Any) -> OperationError:
    code = error.response.get("Error", {}).get("Code", "unknown")
    return (RefusedByAws if code in _DENIED else OperationError)(_answer(error, code))


def _answer(error: Any, code: str) -> str:
    """Return what AWS answered, with what to do."""
    said = _sentence(error)
    if code in _EXPIRED:
        return f"The credentials for AWS have expired. {_LOG_IN}"
    if code in _WRONG:
        return "AWS does not take the credentials: check AWS_PROFILE, or log in again."
    if code in _DENIED:
        return f"AWS refuses {error.operation_name} to these credentials: {said} Have it allowed, or use others."
    return f"AWS failed at {error.operation_name}: {said}"


def _sentence(error: Exception) -> str:
    """Return a message as one line that ends with a full stop."""
    response = getattr(error, "response", None)
    text = (response or {}).get("Error", {}).get("Message") or str(error)
    return f"{' '.join(text.split()).rstrip('.')}."
