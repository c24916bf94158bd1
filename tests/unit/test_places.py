"""A place of which the region is known: whatever follows from it is text already."""

import dataclasses

import pytest

from ecr_constructs.core.aws import check_account_id
from ecr_constructs.core.places import KnownPlace


@pytest.mark.parametrize(
    ("region", "partition", "dns_suffix"),
    [
        ("us-east-1", "aws", "amazonaws.com"),
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
    ],
)
def test_the_partition_and_its_domain_follow_from_the_region(region, partition, dns_suffix):
    place = KnownPlace(region)
    assert (place.region, place.known_region) == (region, region)
    assert (place.partition, place.dns_suffix) == (partition, dns_suffix)


def test_an_account_that_is_known_is_the_account():
    place = KnownPlace("us-east-1", "111111111111")
    assert (place.account_id, place.known_account_id) == ("111111111111", "111111111111")


def test_an_account_that_is_not_known_is_one_of_the_same_length_in_documents():
    place = KnownPlace("us-east-1")
    assert place.known_account_id is None
    assert check_account_id(place.account_id) == []


def test_places_are_the_same_where_region_and_account_are_so_that_what_is_said_of_one_can_be_kept():
    places = {KnownPlace("us-east-1", "111111111111"), KnownPlace("us-east-1", "111111111111"), KnownPlace("us-east-1")}
    assert len(places) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        places.pop().region = "eu-west-1"
