"""The prices of AWS: each has its page and its date, and the guide shows what the table holds."""

import re
from pathlib import Path

import pytest

from ecr_constructs.core import prices
from ecr_constructs.core.prices import CHARGES, PRICES, Charge, Price, usd
from ecr_constructs.lifecycle.preview import monthly_cost
from ecr_constructs.lifecycle.request import Request
from ecr_constructs.review.costs.page import price_table

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/review.md"
BEGIN, END = "<!-- the prices of core/prices.py -->\n\n", "\n\n<!-- end of the prices -->"

ALL = [*PRICES, *CHARGES]


@pytest.mark.parametrize("charge", ALL, ids=lambda each: each.what)
def test_it_has_the_page_of_aws_that_says_it(charge):
    assert re.fullmatch(r"https://(docs\.)?aws\.amazon\.com/\S+", charge.page)
    assert charge.note == "" or charge.note.endswith(".")


@pytest.mark.parametrize("price", PRICES, ids=lambda each: each.what)
def test_a_price_says_for_what_and_as_of_when(price):
    assert price.usd >= 0
    assert price.unit
    assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", price.as_of)


def test_each_is_named_once_and_in_the_table():
    named = [each for each in vars(prices).values() if isinstance(each, Charge)]
    assert sorted(named, key=lambda each: each.what) == sorted(ALL, key=lambda each: each.what)
    assert len({each.what for each in ALL}) == len(ALL)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0.01, "0.01 USD"), (43.8, "43.80 USD"), (999.99, "999.99 USD"), (1000, "1,000 USD"), (12345.6, "12,346 USD")],
)
def test_an_amount_is_written_with_cents_up_to_a_thousand(amount, text):
    assert usd(amount) == text


def test_a_price_is_said_within_a_sentence():
    assert str(prices.STORAGE) == "0.10 USD for each GB and month"


def test_a_preview_takes_the_price_of_the_table():
    assert monthly_cost(10**9) == prices.STORAGE.usd == Request().price


def test_the_table_has_a_row_for_each():
    rows = price_table().split("\n")[2:]
    assert len(rows) == len(ALL)
    for row, charge in zip(rows, ALL, strict=True):
        assert row.startswith(f"| {charge.what} | ")
        assert f"({charge.page})" in row
        if isinstance(charge, Price):
            assert f" | {charge.as_of} | " in row
        assert row.count("|") == 5


def test_the_guide_shows_the_table():
    text = GUIDE.read_text(encoding="utf-8") if GUIDE.exists() else ""
    shown = text.partition(BEGIN)[2].partition(END)[0]
    assert shown == price_table(), f"put this between {BEGIN.strip()} and {END.strip()}:\n\n{price_table()}"
