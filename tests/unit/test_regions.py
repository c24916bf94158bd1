"""Which regions are known."""

from __future__ import annotations

import botocore.session
import pytest

from ecr_constructs.core.regions import REGIONS, region_notices


def test_they_are_those_that_have_ecr():
    session = botocore.session.get_session()
    known = {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("ecr", partition)
    }
    assert set(REGIONS) == known
    assert list(REGIONS) == sorted(set(REGIONS))


@pytest.mark.parametrize("region", [None, "us-east-1", "cn-north-1", "eusc-de-east-1", "${var.region}"])
def test_nothing_is_said_of_one_that_is_known_or_not_yet_said(region):
    assert region_notices(region, "region") == []


def test_a_slip_is_told_what_was_meant():
    (notice,) = region_notices("us-esat-1", "region")
    assert (notice.severity, notice.fix) == ("warning", "Did you mean 'us-east-1'?")


def test_one_that_may_be_new_is_no_error():
    (notice,) = region_notices("moon-mare-1", "region")
    assert (notice.severity, notice.code) == ("warning", "region-unknown")
