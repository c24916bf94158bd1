"""What AWS asks for what repositories and a registry use: one table, each price with its page and its date.

The prices are those of `REGION`, in US dollars without taxes; other regions differ. What is paid for by more than an
amount, such as by where it goes, is a `Charge` alone: whatever has no figure on its page has none here.
"""

from __future__ import annotations

import dataclasses
from typing import Final

__all__ = [
    "BASIC_SCAN",
    "CHARGES",
    "ENDPOINT",
    "ENDPOINT_DATA",
    "EVENT",
    "EVENT_ELSEWHERE",
    "FIRST_SCAN",
    "GATEWAY_ENDPOINT",
    "HOURS_A_MONTH",
    "KEY",
    "KEY_REQUESTS",
    "LOG_STORAGE",
    "LOG_WRITTEN",
    "MAIL",
    "PARAMETER",
    "PARAMETER_ADVANCED",
    "PARAMETER_CALLS",
    "PRICES",
    "PRICE_PER_GB",
    "PUBLIC_STORAGE",
    "REGION",
    "RESCAN",
    "RESTORE",
    "SECRET",
    "SECRET_CALLS",
    "STORAGE",
    "STORAGE_ARCHIVE",
    "TOPIC",
    "TRANSFER",
    "TRANSFER_PUBLIC",
    "Charge",
    "Price",
    "usd",
]

REGION: Final = "us-east-1"
"""The region whose prices these are."""

HOURS_A_MONTH: Final = 730
"""How many hours AWS's estimates take a month to have (https://calculator.aws/)."""

PRICE_PER_GB: Final = 0.10
"""What a GB in the storage class `standard` costs a month, in US dollars: https://aws.amazon.com/ecr/pricing/."""

_ECR = "https://aws.amazon.com/ecr/pricing/"
_INSPECTOR = "https://aws.amazon.com/inspector/pricing/"
_KMS = "https://aws.amazon.com/kms/pricing/"
_LOGS = "https://aws.amazon.com/cloudwatch/pricing/"
_PRIVATELINK = "https://aws.amazon.com/privatelink/pricing/"
_GATEWAYS = "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"
_SYSTEMS_MANAGER = "https://aws.amazon.com/systems-manager/pricing/"
_SECRETS = "https://aws.amazon.com/secrets-manager/pricing/"
_EVENTBRIDGE = "https://aws.amazon.com/eventbridge/pricing/"
_SNS = "https://aws.amazon.com/sns/pricing/"
_TRANSFER = "https://aws.amazon.com/ec2/pricing/on-demand/"
_THOUSAND = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Charge:
    """Something that is paid for.

    Attributes:
        what: What it is.
        page: AWS's page that says what it costs.
        note: What else decides that, as sentences; empty where nothing does.
    """

    what: str
    page: str
    note: str = dataclasses.field(default="", kw_only=True)


@dataclasses.dataclass(frozen=True, slots=True)
class Price(Charge):
    """What something costs.

    Attributes:
        usd: US dollars for one unit; 0 for what is free.
        unit: What one unit is, as it follows `for`.
        as_of: Year and month as of which it holds, such as `2026-03`.
    """

    usd: float
    unit: str
    as_of: str

    def __str__(self) -> str:
        """Return it as a sentence has it: `0.10 USD for each GB and month`."""
        return f"{usd(self.usd)} for {self.unit}"


def usd(amount: float) -> str:
    """Return an amount in US dollars as it is written: `43.80 USD`, and `1,200 USD` from a thousand on."""
    return f"{amount:,.0f} USD" if amount >= _THOUSAND else f"{amount:.2f} USD"


STORAGE: Final = Price("Storage class `standard`", _ECR, PRICE_PER_GB, "each GB and month", "2026-06")
STORAGE_ARCHIVE: Final = Price(
    *("Storage class `archive`", _ECR, 0.10, "each GB and month", "2026-03"),
    note="0.07 USD beyond 150 TB. At least 90 days are paid for.",
)
BASIC_SCAN: Final = Price("Basic scanning", _ECR, 0.0, "each image", "2026-03")
FIRST_SCAN: Final = Price("Enhanced scanning by Amazon Inspector", _INSPECTOR, 0.09, "each image pushed", "2026-06")
RESCAN: Final = Price("Continuous scanning by Amazon Inspector", _INSPECTOR, 0.01, "each rescan of an image", "2026-03")
PUBLIC_STORAGE: Final = Price(
    *("Storage of ECR Public", _ECR, 0.10, "each GB and month", "2026-03"), note="50 GB a month are free."
)
KEY: Final = Price(
    *("KMS key", _KMS, 1.0, "each key and month", "2026-03"), note="Each of its first two rotations adds as much."
)
KEY_REQUESTS: Final = Price(
    *("Requests to KMS", _KMS, 0.03, "10,000 requests", "2026-03"),
    note="20,000 requests a month are free in an account.",
)
LOG_WRITTEN: Final = Price("CloudWatch Logs, written", _LOGS, 0.50, "each GB", "2026-06")
LOG_STORAGE: Final = Price("CloudWatch Logs, kept", _LOGS, 0.03, "each GB and month", "2026-06")
ENDPOINT: Final = Price(
    "Interface endpoint", _PRIVATELINK, 0.01, "each endpoint, availability zone and hour", "2026-05"
)
ENDPOINT_DATA: Final = Price(
    *("Data through interface endpoints", _PRIVATELINK, 0.01, "each GB", "2026-05"), note="Less beyond 1 PB a month."
)
GATEWAY_ENDPOINT: Final = Price("Gateway endpoint of S3", _GATEWAYS, 0.0, "each endpoint and hour", "2026-05")
PARAMETER: Final = Price(
    *("Standard parameter, as published here", _SYSTEMS_MANAGER, 0.0, "each parameter and month", "2026-03")
)
PARAMETER_ADVANCED: Final = Price("Advanced parameter", _SYSTEMS_MANAGER, 0.05, "each parameter and month", "2026-03")
PARAMETER_CALLS: Final = Price(
    "Parameter Store with higher throughput", _SYSTEMS_MANAGER, 0.05, "10,000 calls", "2026-03"
)
SECRET: Final = Price("Secret, such as a cache's credentials", _SECRETS, 0.40, "each secret and month", "2026-09")
SECRET_CALLS: Final = Price("Calls of Secrets Manager", _SECRETS, 0.05, "10,000 calls", "2026-09")
EVENT: Final = Price("Events of AWS services, in their account", _EVENTBRIDGE, 0.0, "each event", "2026-03")
EVENT_ELSEWHERE: Final = Price("Events handed on to another account", _EVENTBRIDGE, 1.0, "a million events", "2026-03")
TOPIC: Final = Price("Messages to an SNS topic", _SNS, 0.50, "a million messages", "2026-06")
MAIL: Final = Price("SNS, delivered by e-mail", _SNS, 2.0, "100,000 e-mails", "2026-06")

PRICES: Final[tuple[Price, ...]] = (
    *(STORAGE, STORAGE_ARCHIVE, BASIC_SCAN, FIRST_SCAN, RESCAN, PUBLIC_STORAGE),
    *(KEY, KEY_REQUESTS, LOG_WRITTEN, LOG_STORAGE, ENDPOINT, ENDPOINT_DATA, GATEWAY_ENDPOINT),
    *(PARAMETER, PARAMETER_ADVANCED, PARAMETER_CALLS, SECRET, SECRET_CALLS, EVENT, EVENT_ELSEWHERE, TOPIC, MAIL),
)
"""What has a figure."""

TRANSFER: Final = Charge("Transfer between regions", _TRANSFER, note="By the GB, and by which regions they are.")
TRANSFER_PUBLIC: Final = Charge(
    "Transfer from public repositories to the Internet", _ECR, note="A part of it is free each month."
)
RESTORE: Final = Charge("Restoring from the archive", _ECR, note="By the GB.")

CHARGES: Final[tuple[Charge, ...]] = (TRANSFER, TRANSFER_PUBLIC, RESTORE)
"""What is paid for by more than one figure says."""
