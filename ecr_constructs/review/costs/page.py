"""The prices as the documentation shows them."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.core.prices import CHARGES, PRICES, REGION, Charge, Price, usd

__all__ = ["price_table"]


def price_table() -> str:
    """Return the prices as a table of Markdown, each with its page and its date."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield f"| what | in {REGION} | as of | page |"
    yield "|---|---|---|---|"
    for price in PRICES:
        yield _row(price, f"{usd(price.usd)} for {price.unit}" if price.usd else "free", price.as_of)
    for charge in CHARGES:
        yield _row(charge, "see the page", "")


def _row(charge: Charge | Price, cost: str, as_of: str) -> str:
    said = ". ".join(filter(None, (cost, charge.note.removesuffix("."))))
    page = charge.page.removeprefix("https://").partition("/")[2].strip("/")
    return f"| {charge.what} | {said} | {as_of} | [{page}]({charge.page}) |"
