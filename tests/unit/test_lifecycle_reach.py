"""Which images a rule is the first one to identify, compared with all small sets of short tags."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_constructs.core.lifecycle import LifecycleRule, reach, render_lifecycle_policy
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.reach import Kind, reaches_untagged, tagged_reached
from ecr_constructs.core.lifecycle.tag_languages import Undecided
from tests.unit import naive_lifecycle
from tests.unit.test_lifecycle_evaluation import NOW, keep

TAGS = ["".join(letters) for length in (1, 2, 3) for letters in itertools.product("ab", repeat=length)]
SETS_OF_TAGS = [tags for size in (1, 2) for tags in itertools.combinations(TAGS, size)]
PATTERNS = st.lists(st.text("ab*", min_size=1, max_size=3), min_size=1, max_size=3, unique=True)
RULES = PATTERNS.map(lambda patterns: keep(" ".join(patterns), 1))


def first_of(rules, tags):
    """Return which of the rules is the first to select an image with these tags, by the slow evaluation."""
    document = json.loads(render_lifecycle_policy(assign_priorities(rules)))
    image = Image(digest="A", pushed_at=NOW, tags=tags)
    selecting = [naive_lifecycle.selects(each["selection"], image) for each in document["rules"]]
    return selecting.index(True) if True in selecting else None


@settings(deadline=None, max_examples=200)
@given(st.lists(RULES, max_size=4), RULES | st.just(keep("any", 1)))
def test_a_kind_of_images_is_found_if_there_is_one_and_only_then(earlier, last):
    kind = tagged_reached(last, earlier)
    rules = [*earlier, last]
    if kind is None:
        assert all(first_of(rules, tags) != len(earlier) for tags in SETS_OF_TAGS)
    else:
        for tags in kind.tags(5):
            assert tags
            assert first_of(rules, tags) == len(earlier)


@pytest.mark.parametrize(
    ("earlier", "last", "tags"),
    [
        (["v*"], "any", ("build-1",)),
        (["*"], "any", None),
        (["untagged"], "any", ("build-1",)),
        (["v* *x"], "v*", ("v1",)),
        (["v* *1"], "v*", ("v",)),
        # Either the one tag or the other has to fail.
        (["a* b*"], "a* b*", None),
        (["a*x b*", "a* b*x"], "a* b*", ("a1", "b1")),
        (["a* b*", "a* c*"], "a* b* c*", None),
        (["b*"], "a* *b", ("a1", "1b")),
        (["a*", "b*"], "*", ("c",)),
    ],
)
def test_which_tags_a_rule_is_left(earlier, last, tags):
    kind = tagged_reached(keep(last, 1), [keep(each, 1) for each in earlier])
    assert (None if kind is None else kind.tags(1)[0]) == tags


def test_images_of_a_kind_have_other_tags_each():
    assert Kind(("v*", "*-rc*")).tags(2) == [("v1", "1-rc1"), ("v2", "2-rc2")]
    assert Kind(("latest",)).tags(2) == [("latest",)]
    assert Kind().tags(2) == [(), ()]


def test_no_image_of_a_kind_is_one_of_an_earlier_rule():
    earlier, last = [keep("v2", 1), keep("v4* w*", 1), keep("x* v5", 1)], keep("v*", 1)
    tags = tagged_reached(last, earlier).tags(9)
    assert len(tags) == 9
    assert {first_of([*earlier, last], each) for each in tags} == {3}


def test_one_tag_may_be_enough_for_several_patterns():
    assert Kind(("v*", "v1")).tags(1) == [("v1",)]


def test_untagged_images_are_those_of_the_first_rule_that_asks_for_no_tag():
    untagged, anything = keep("untagged", 1), keep("any", 1)
    assert reaches_untagged(untagged, [keep("*", 1)])
    assert not reaches_untagged(anything, [untagged])
    assert not reaches_untagged(keep("*", 1), [])


def test_what_is_not_known_identifies_nothing_for_sure_and_may_ask_for_anything():
    open_rule = keep("${var.tag}", 1)
    whole = LifecycleRule(
        tag_status="tagged", tag_pattern_list="${var.tags}", count_type="imageCountMoreThan", count_number=1
    )
    assert tagged_reached(keep("v*", 1), [open_rule, whole]) is not None
    assert tagged_reached(open_rule, [keep("v*", 1)]) is not None
    assert tagged_reached(open_rule, [keep("*", 1)]) is None
    assert tagged_reached(whole, [keep("*", 1)]) is None


def test_a_prefix_takes_a_star_as_it_stands():
    prefix = LifecycleRule(tag_status="tagged", tag_prefix_list=["v*"], count_type="imageCountMoreThan", count_number=1)
    assert tagged_reached(keep("v*", 1), [prefix]) is not None
    assert tagged_reached(prefix, []) is None


def test_lists_with_too_many_choices_are_not_decided(monkeypatch):
    earlier = [keep(f"v{n}* w{n}*", 1) for n in range(1, 4)]
    last = keep("v* w*", 1)
    assert tagged_reached(last, earlier) is not None
    reach._search.cache_clear()
    monkeypatch.setattr(reach, "_MOST_CHOICES", 1)
    with pytest.raises(Undecided):
        tagged_reached(last, earlier)
