"""Scanning: filters that match the repositories meant and no others, folded where a rule cannot hold them all.

The judges are the table of AWS's user guide, `fnmatch`, and botocore's model for patterns, words and limits.
"""

import fnmatch
import itertools
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecr_constructs.core.names import check_repository_name
from ecr_constructs.core.registry.scanning import (
    INSPECTOR_RESOURCE_TYPES,
    MOST_FILTERS,
    SCAN_FREQUENCIES,
    SCAN_TYPES,
    AccidentalScan,
    Names,
    ScanningContribution,
    ScanningRule,
    accidental_scans,
    check_contributions,
    check_filter,
    check_inspector,
    exact_filter,
    filter_matches,
    fold,
    scanning_rules,
)
from ecr_constructs.core.registry.scanning.filters import is_filter
from ecr_constructs.core.tokens import is_unresolved
from tests.unit.aws_models import limits, near, takes

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"


def aws_matches(text: str, name: str) -> bool:
    """What AWS says of filters, in as few words: the names of repositories hold nothing else that fnmatch reads."""
    return fnmatch.fnmatchcase(name, text) if "*" in text else text in name


def repository_names(longest: int = 12) -> st.SearchStrategy[str]:
    names = st.from_regex(r"[ab]{1,3}((\.|__?|--?|/)[ab]{1,3}){0,2}", fullmatch=True)
    return names.map(lambda name: name[:longest].strip("._-/")).filter(lambda name: not check_repository_name(name))


# Few letters, so that names contain one another; and words, as people use them.
NAMES = repository_names() | st.lists(st.sampled_from(["web", "api", "admin", "db"]), min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from("-/").map(lambda between: between.join(words))
)


def ask(*names: str, at: str = "CONTINUOUS_SCAN", filters: tuple[str, ...] = ()) -> ScanningContribution:
    return ScanningContribution(scan_frequency=at, names=names, filters=filters)


def scanned(rules, name: str) -> str:
    """Return how often a repository is scanned, as AWS says it."""
    found = [rule.scan_frequency for rule in rules if any(aws_matches(text, name) for text in rule.filters)]
    return "CONTINUOUS_SCAN" if "CONTINUOUS_SCAN" in found else (found or ["MANUAL"])[0]


class TestMatching:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("prod", "prod repo-prod prod-repo repo-prod-repo prodrepo"),
            ("*prod", "prod repo-prod"),
            ("prod*", "prod prod-repo prodrepo"),
            ("*prod*", "prod repo-prod prod-repo repo-prod-repo prodrepo"),
            ("prod*repo", "prod-repo prodrepo"),
        ],
    )
    def test_filters_match_as_in_the_table_of_the_user_guide(self, text, found):
        """https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html."""
        table = ["prod", "repo-prod", "prod-repo", "repo-prod-repo", "prodrepo"]
        assert [name for name in table if filter_matches(text, name)] == found.split()
        assert [name for name in table if aws_matches(text, name)] == found.split()
        assert list(Names(table).matching(text)) == sorted(found.split())

    @pytest.mark.parametrize("text", ["ab*ba", "aba*a", "a*b*b", "a*b*b*a", "*ab*ba*", "a*ba*"])
    @pytest.mark.parametrize("name", ["ab", "abb", "aba", "abba", "ababa", "abab"])
    def test_no_character_is_matched_twice(self, text, name):
        assert filter_matches(text, name) == aws_matches(text, name)

    @given(st.text("ab-*", min_size=1, max_size=7), st.text("ab-", max_size=9))
    def test_they_match_as_fnmatch_does_or_anywhere(self, text, name):
        assert filter_matches(text, name) == aws_matches(text, name)

    def test_many_wildcards_take_no_time(self):
        assert not filter_matches("*a" * 120 + "*b", "a" * 256)

    @given(st.lists(NAMES), st.text("ab*", min_size=1, max_size=4))
    def test_of_many_names_the_same_ones_match(self, names, text):
        assert list(Names(names).matching(text)) == sorted({name for name in names if aws_matches(text, name)})


class TestFiltersByHand:
    @given(near(st.text("a0*._-/", min_size=1, max_size=12)))
    def test_a_filter_is_right_where_ecr_takes_it(self, text):
        assume(not is_unresolved(text) and len(text) < 25)  # botocore's pattern takes exponential time
        assert is_filter(text) == takes("ecr", "ScanningRepositoryFilterValue", text)

    @pytest.mark.parametrize("length", [1, 255, 256])
    def test_it_is_as_long_as_ecr_takes_it(self, length):
        found = limits("ecr", "ScanningRepositoryFilterValue")
        assert is_filter("*" * length) == (found["min"] <= length <= found["max"])

    def test_there_are_as_many_as_ecr_takes(self):
        assert limits("ecr", "ScanningRepositoryFilterList")["max"] == MOST_FILTERS

    def test_the_words_are_ecrs(self):
        assert set(SCAN_TYPES) == set(limits_enum("ecr", "ScanType"))
        assert set(SCAN_FREQUENCIES) == set(limits_enum("ecr", "ScanFrequency"))
        assert set(INSPECTOR_RESOURCE_TYPES) == set(limits_enum("inspector2", "ResourceScanType"))

    @pytest.mark.parametrize("text", ["*", "prod-*", "*/prod", "a*b*c", "shop/*"])
    def test_those_with_a_wildcard_are_taken(self, text):
        assert check_filter(text) == []

    @pytest.mark.parametrize(
        ("text", "fix"),
        [
            ("web", "Write '*web*' for all of those, or use add_repository for the one of that name."),
            ("Web*", "Use lowercase letters"),
            ("a--*", "Use lowercase letters"),
            ("-*", "Use lowercase letters"),
            ("", "Use lowercase letters"),
            (7, "Use lowercase letters"),
            ("${var.filter}*", "Write the filter out"),
        ],
    )
    def test_others_are_refused(self, text, fix):
        (problem,) = check_filter(text, "filters", 3)
        assert (problem.key, problem.code) == ("filters[3]", "scanning-filter")
        assert problem.fix.startswith(fix)


def limits_enum(service: str, shape: str) -> list[str]:
    found = limits(service, shape)["enum"]
    assert isinstance(found, list)
    return found


class TestExactFilter:
    @pytest.mark.parametrize(
        ("name", "others", "text"),
        [
            ("web", [], "w*eb"),
            ("web", ["web-admin", "my-web", "my-web-admin"], "w*eb"),
            ("web", ["worker-web"], "we*b"),
            ("web", ["worker-web", "web-db"], "w*eb"),
            ("shop/web", [], "sh*op/web"),
            ("shop/payments-api", [], "shop/paym*ents-api"),
            ("ab", ["acb"], "*ab"),
            ("a--b", [], "a-*-b"),
            ("a---b__c", [], "a-*-*-b_*_c"),
        ],
    )
    def test_a_wildcard_pins_both_ends_of_a_name(self, name, others, text):
        assert exact_filter(name, Names(others)) == text

    @given(NAMES, st.lists(NAMES, max_size=6))
    def test_it_matches_its_name_and_ecr_takes_it(self, name, others):
        text = exact_filter(name, Names(others))
        assert aws_matches(text, name)
        assert takes("ecr", "ScanningRepositoryFilterValue", text)

    @given(repository_names(4), st.lists(repository_names(), max_size=3))
    def test_it_matches_no_other_name_where_any_filter_of_ecr_could_do_so(self, name, others):
        """Tried with every filter that there is for a short name."""
        others = set(others) - {name}
        text = exact_filter(name, Names(others))
        hit = {other for other in others if aws_matches(text, other)}
        fewest = min(sum(aws_matches(each, other) for other in others) for each in every_filter_for(name))
        assert len(hit) == fewest

    @given(NAMES, st.lists(NAMES, max_size=6), NAMES)
    def test_a_repository_that_is_not_in_the_way_changes_nothing(self, name, others, new):
        text = exact_filter(name, Names(others))
        assume(not aws_matches(text, new))
        if not any(aws_matches(text, other) for other in others):
            assert exact_filter(name, Names([*others, new])) == text

    @pytest.mark.parametrize("name", ["a" * 254, "a" * 255, "a" * 256, "ab/" * 85 + "c", "a--" * 84 + "bcd"])
    def test_a_long_name_has_a_filter_that_is_not_too_long(self, name):
        assert check_repository_name(name) == []
        text = exact_filter(name, Names([f"{name[:100]}-b"]))
        assert is_filter(text)
        assert aws_matches(text, name)
        assert not aws_matches(text, f"{name[:100]}-b")


def every_filter_for(name: str) -> set[str]:
    """Return every filter that matches a name: its parts, and it with a `*` between or in the place of characters."""
    found = {name[start:end] for start in range(len(name)) for end in range(start + 1, len(name) + 1)}
    places = itertools.chain.from_iterable((("", "*"), (letter, "*")) for letter in name)
    found |= {"".join(chosen) for chosen in itertools.product(*places, ("", "*"))}
    return {text for text in found if takes("ecr", "ScanningRepositoryFilterValue", text)}


class TestFolding:
    def test_a_filter_for_each_name_where_there_is_room(self):
        assert fold(["web", "api"], Names([]), 2) == ["a*pi", "w*eb"]
        assert fold([], Names(["web"]), 0) == []

    def test_no_more_names_share_a_filter_than_must(self):
        names = ["shop/web-1", "shop/web-2", "shop/api", "base"]
        assert fold(names, Names([]), 3) == ["ba*se", "sh*op/api", "shop/web-*"]
        assert fold(names, Names([]), 2) == ["ba*se", "shop/*"]
        assert fold(names, Names([]), 1) == ["*"]

    def test_a_common_end_tells_names_apart_where_the_beginning_does_not(self):
        names = [f"team{number}/prod" for number in range(5)]
        others = [f"team{number}/dev" for number in range(5)]
        assert fold(names, Names(others), 1) == ["team*/prod"]

    def test_so_does_a_word_in_the_middle(self):
        names = [f"{team}/prod/{name}" for team, name in ("ax", "by", "cz")]
        others = [f"{team}/dev/{name}" for team, name in ("ax", "by", "cz")]
        assert fold(names, Names(others), 1) == ["*/prod/*"]

    def test_there_may_be_none_for_so_few(self):
        names, others = ["a-x", "b-y"], ["a-y", "b-x", "c-z"]
        assert fold(names, Names(others), 1) is None

    @pytest.mark.parametrize("others", [0, 250])
    def test_hundreds_of_repositories_come_down_to_what_a_rule_holds(self, others):
        names = [f"shop/service-{number:03}/prod" for number in range(250)]
        there = Names(f"shop/service-{number:03}/dev" for number in range(others))
        filters = fold(names, there, MOST_FILTERS)
        assert filters is not None
        assert len(filters) <= MOST_FILTERS
        assert all(any(aws_matches(text, name) for text in filters) for name in names)
        assert not [name for name in there if any(aws_matches(text, name) for text in filters)]

    def test_a_word_in_the_middle_may_be_that_of_others_as_well(self):
        assert fold(["a/prod/x", "b/prod/y"], Names(["c/prod/z"]), 1) is None

    def test_so_may_a_beginning_that_ecr_takes_with_a_wildcard_alone(self):
        """`a--x*` is no filter, and `a-*-x*` matches more."""
        assert fold(["a--x1", "a--x2"], Names([]), 1) == ["a-*-x*"]
        assert fold(["a--x1", "a--x2"], Names(["a-c-x3"]), 1) is None

    def test_the_largest_groups_come_first_where_the_narrowest_would_not_do(self):
        """`*-common-y` would leave both groups in need of a filter of their own."""
        names = ["a-common-y", "a-1", "a-2", "b-common-y", "b-1", "b-2"]
        assert fold(names, Names(["c-9"]), 3) == ["*-1", "*-2", "*-common-y"]
        assert fold(names, Names(["c-9"]), 2) == ["a-*", "b-*"]

    @pytest.mark.parametrize("most", [1, 2])
    def test_what_long_names_have_in_common_may_be_too_long_for_a_filter(self, most):
        filters = fold(["a" * 255 + "b", "a" * 255 + "c"], Names([]), most)
        assert filters is None or all(is_filter(text) for text in filters)

    @given(st.sets(NAMES, max_size=12), st.sets(NAMES, max_size=8), st.integers(0, 12))
    def test_whatever_is_folded_matches_the_names_and_no_others_but_those_that_cannot_be_avoided(
        self, names, others, most
    ):
        others = Names(others - names)
        filters = fold(names, others, most)
        if filters is None:
            assert len(names) > most
            return
        assert len(filters) <= most
        assert filters == sorted(set(filters))
        assert all(takes("ecr", "ScanningRepositoryFilterValue", text) for text in filters)
        assert all(any(aws_matches(text, name) for text in filters) for name in names)
        exact = {exact_filter(name, others) for name in names}
        unavoidable = {other for other in others if any(aws_matches(text, other) for text in exact)}
        assert {other for other in others if any(aws_matches(text, other) for text in filters)} <= unavoidable

    @given(st.sets(NAMES, min_size=1, max_size=12), st.randoms(use_true_random=False))
    def test_neither_does_the_order_of_names_matter_nor_is_there_none_where_all_are_meant(self, names, random):
        shuffled = random.sample(sorted(names), len(names))
        for most in (1, 3):
            filters = fold(shuffled, Names([]), most)
            assert filters is not None
            assert filters == fold(names, Names([]), most)


class TestRules:
    def rules(self, *contributions, known=(), on_push=()):
        found, problems = scanning_rules(contributions, known=known, on_push=on_push)
        assert problems == []
        return {rule.scan_frequency: list(rule.filters) for rule in found}

    def test_there_is_one_rule_for_each_frequency(self):
        found = self.rules(ask("web"), ask("api", at="SCAN_ON_PUSH"), ask("db"), ask("old", at="MANUAL"))
        assert found == {"CONTINUOUS_SCAN": ["d*b", "w*eb"], "SCAN_ON_PUSH": ["a*pi"]}

    def test_nothing_asked_is_no_rule(self):
        assert self.rules(known=["web"]) == {}

    def test_a_repository_that_scans_on_push_is_covered(self):
        assert self.rules(ask("web"), known=["web", "api"], on_push=["api"]) == {
            "CONTINUOUS_SCAN": ["w*eb"],
            "SCAN_ON_PUSH": ["a*pi"],
        }

    def test_but_not_again_where_a_filter_by_hand_covers_it(self):
        found = self.rules(ask(filters=("prod-*",)), ask("prod-web", "api"), on_push=["prod-api", "api"])
        assert found == {"CONTINUOUS_SCAN": ["a*pi", "prod-*"]}

    def test_nor_where_it_is_asked_to_be_manual(self):
        assert self.rules(ask("web", at="MANUAL"), on_push=["web"]) == {}

    def test_continuous_wins_over_on_push(self):
        assert self.rules(ask("web", at="SCAN_ON_PUSH"), ask("web")) == {"CONTINUOUS_SCAN": ["w*eb"]}

    def test_what_is_scanned_more_often_may_match_a_filter_of_less(self):
        found = self.rules(ask("worker-web"), ask("web", at="SCAN_ON_PUSH"), known=["web", "worker-web"])
        assert found == {"CONTINUOUS_SCAN": ["wor*ker-web"], "SCAN_ON_PUSH": ["w*eb"]}

    def test_names_that_are_not_known_are_left_out(self):
        assert self.rules(ask("web"), known=["${var.name}"], on_push=["${var.name}"]) == {"CONTINUOUS_SCAN": ["w*eb"]}

    def test_filters_by_hand_leave_less_room_for_those_of_names(self):
        by_hand = tuple(f"team{number:02}-*" for number in range(98))
        found = self.rules(ask("web-a", "web-b", "api", filters=by_hand))["CONTINUOUS_SCAN"]
        assert sorted(set(found) - set(by_hand)) == ["a*pi", "web-*"]

    def test_more_than_a_rule_holds_is_a_problem(self):
        names = [f"{number:03}x{number:03}" for number in range(101)]
        others = [f"{number:03}y{number:03}" for number in range(101)]
        found, (problem,) = scanning_rules([ask(*names)], known=others)
        assert found == []
        assert problem.code == "scanning-filters"
        assert problem.rule == "must come to at most 100 filters for CONTINUOUS_SCAN"


ASKED = st.lists(
    st.builds(
        ScanningContribution,
        scan_frequency=st.sampled_from(["SCAN_ON_PUSH", "CONTINUOUS_SCAN"]),
        names=st.lists(NAMES, max_size=3).map(tuple),
        filters=st.lists(st.sampled_from(["web*", "*-api", "a*b", "*admin*"]), max_size=1).map(tuple),
    ),
    max_size=4,
)


class TestAgainstAws:
    """The rules for drawn repositories, read as AWS reads them."""

    @given(ASKED, st.sets(NAMES, max_size=6), st.sets(NAMES, max_size=4))
    def test_every_repository_is_scanned_as_often_as_meant_and_if_more_that_is_reported(self, asked, known, on_push):
        known |= on_push
        rules, problems = scanning_rules(asked, known=known, on_push=on_push)
        reported = {each.name: each for each in accidental_scans(asked, rules, known=known, on_push=on_push)}
        assert problems == []
        for name in {*known, *(name for each in asked for name in each.names)}:
            wishes = {each.scan_frequency for each in asked if name in each.names}
            if not wishes:
                wishes = {each.scan_frequency for each in asked for text in each.filters if aws_matches(text, name)}
                wishes |= {"SCAN_ON_PUSH"} if name in on_push else set()
            meant = max(wishes, key=SCAN_FREQUENCIES.index, default="MANUAL")
            found = scanned(rules, name)
            assert SCAN_FREQUENCIES.index(found) >= SCAN_FREQUENCIES.index(meant)
            assert (name in reported) == (found != meant)
            if name in reported:
                assert reported[name].scan_frequency == found
                assert aws_matches(reported[name].filter, name)

    @given(ASKED, st.sets(NAMES, max_size=6), st.randoms(use_true_random=False))
    def test_the_order_of_what_is_asked_makes_no_difference(self, asked, known, random):
        shuffled = random.sample(asked, len(asked))
        assert scanning_rules(shuffled, known=sorted(known), on_push=()) == scanning_rules(
            asked, known=known, on_push=()
        )

    @given(ASKED, st.sets(NAMES, max_size=6))
    def test_there_is_at_most_one_rule_a_frequency_and_none_without_filters(self, asked, known):
        rules, _ = scanning_rules(asked, known=known, on_push=known)
        frequencies = [rule.scan_frequency for rule in rules]
        assert len(frequencies) == len(set(frequencies)) <= limits("ecr", "RegistryScanningRuleList")["max"]
        assert all(rule.filters == tuple(sorted(set(rule.filters))) and rule.filters for rule in rules)


class TestAccidents:
    def accidents(self, *contributions, known=(), on_push=()):
        rules, _ = scanning_rules(contributions, known=known, on_push=on_push)
        return accidental_scans(contributions, rules, known=known, on_push=on_push)

    def test_names_that_contain_one_another_are_told_apart(self):
        assert self.accidents(ask("web"), known=["web", "web-admin", "my-web", "website", "shop/web"]) == []

    def test_a_name_that_begins_and_ends_with_another_cannot_be(self):
        assert self.accidents(ask("web"), known=["web", "web-web"]) == [
            AccidentalScan(name="web-web", scan_frequency="CONTINUOUS_SCAN", filter="w*eb")
        ]

    def test_unless_it_is_meant_as_well(self):
        assert self.accidents(ask("web", "web-web"), known=["web", "web-web"]) == []

    def test_it_may_be_meant_to_be_scanned_less(self):
        (accident,) = self.accidents(ask("web"), ask("web-web", at="SCAN_ON_PUSH"))
        assert (accident.name, accident.scan_frequency, accident.asked) == (
            "web-web",
            "CONTINUOUS_SCAN",
            "SCAN_ON_PUSH",
        )
        assert accident.notice.sentence.startswith(
            "web-web is scanned by accident, at CONTINUOUS_SCAN instead of SCAN_ON_PUSH: the filter w*eb, made for "
        )

    def test_what_a_filter_by_hand_matches_is_meant(self):
        assert self.accidents(ask(filters=("web*",)), known=["web", "web-admin"], on_push=["website"]) == []

    def test_unless_less_was_asked_for_by_name(self):
        (accident,) = self.accidents(ask(filters=("web*",)), ask("web-old", at="MANUAL"))
        assert accident == AccidentalScan(
            name="web-old", scan_frequency="CONTINUOUS_SCAN", filter="web*", asked="MANUAL", by_hand=True
        )
        assert accident.notice.sentence == (
            "web-old is scanned at CONTINUOUS_SCAN, because the filter web* matches it, although MANUAL was asked for "
            "it by name. Make the filter narrower, or ask for the same."
        )

    def test_each_repository_is_reported_once_at_what_it_is_scanned(self):
        rules = [
            ScanningRule(scan_frequency="SCAN_ON_PUSH", filters=("*x",)),
            ScanningRule(scan_frequency="CONTINUOUS_SCAN", filters=("*a*x", "ax*")),
        ]
        (accident,) = accidental_scans([], rules, known=["ax"])
        assert (accident.scan_frequency, accident.filter) == ("CONTINUOUS_SCAN", "*a*x")


class TestChecks:
    @pytest.mark.parametrize(
        ("contributions", "scan_type", "found"),
        [
            ([ask("web", at="ALWAYS")], None, [("scan_frequency", "scan-frequency")]),
            ([ask("web", at="${var.often}")], None, [("scan_frequency", "scan-frequency")]),
            ([ask("web")], "BASIC", [("scan_frequency", "scan-frequency")]),
            ([ask(at="MANUAL", filters=("web-*",))], None, [("scan_frequency", "scan-frequency")]),
            ([ask("web", "Web", "${var.name}")], None, [
                ("repositories[1]", "repository-name"),
                ("repositories[2]", "scanning-name"),
            ]),
            ([ask(filters=("web-*", "web"))], None, [("filters[1]", "scanning-filter")]),
            ([ask("web"), ask("api", "web", at="MANUAL")], None, [("repositories[1]", "scan-frequency-conflict")]),
            ([ask("web", at="MANUAL"), ask("web")], None, [("repositories[0]", "scan-frequency-conflict")]),
            (
                [ask(filters=tuple(f"a{number}-*" for number in range(60))),
                 ask(filters=tuple(f"b{number}-*" for number in range(41)))],
                None,
                [("filters", "scanning-filters")],
            ),
        ],
    )  # fmt: skip
    def test_what_is_refused(self, contributions, scan_type, found):
        problems = check_contributions(contributions, scan_type=scan_type)
        assert [(problem.key, problem.code) for problem in problems] == found

    @pytest.mark.parametrize(
        ("contributions", "scan_type"),
        [
            ([], None),
            ([ask("web")], None),
            ([ask("web")], "ENHANCED"),
            ([ask("web", at="SCAN_ON_PUSH")], "BASIC"),
            ([ask("web", at="MANUAL"), ask("web", at="MANUAL")], "BASIC"),
            ([ask("web", at="SCAN_ON_PUSH"), ask("web")], None),
            ([ask(filters=tuple(f"a{number}-*" for number in range(100)))], None),
        ],
    )
    def test_what_is_right(self, contributions, scan_type):
        assert check_contributions(contributions, scan_type=scan_type) == []


class TestInspector:
    @pytest.mark.parametrize(
        ("accounts", "types", "found"),
        [
            ([], ["ECR"], []),
            ([OWN], ["EC2", "ECR"], []),
            ([OTHER, THIRD], ["ECR"], []),
            (["${var.account}"], ["ECR"], []),
            (["12"], ["ECR"], [("account_ids[0]", "account-id")]),
            ([OWN, OTHER], ["ECR"], [("account_ids", "inspector-accounts")]),
            ([f"{number:012}" for number in range(101)], ["ECR"], [("account_ids", "inspector-accounts")]),
            ([], [], [("resource_types", "inspector-resource-types")]),
            ([], ["EC2"], [("resource_types", "inspector-resource-types")]),
            ([], ["ECR", "ecs"], [("resource_types[1]", "inspector-resource-types")]),
            ([], ["${var.types}"], []),
        ],
    )
    def test_accounts_and_types(self, accounts, types, found):
        problems = check_inspector(accounts, types, own=OWN)
        assert [(problem.key, problem.code) for problem in problems] == found

    def test_there_are_as_many_accounts_as_inspector_takes(self):
        assert limits("inspector2", "AccountIdSet")["max"] == 100


def test_every_repository_name_of_botocores_pattern_has_a_filter():
    pattern = limits("ecr", "RepositoryName")["pattern"]
    for name in ("a--b", "a__b", "1abc", "a.b_c-d/e", "a-----b"):
        assert re.fullmatch(pattern, name)
        assert takes("ecr", "ScanningRepositoryFilterValue", exact_filter(name, Names([])))
