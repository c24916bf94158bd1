"""What a change deletes: repositories that are destroyed or replaced, and what protects them no more."""

from __future__ import annotations

import textwrap

import pytest

from ecr_constructs.core.shards import shard_of
from ecr_constructs.review.deletes import judge_losses
from ecr_constructs.review.judge import judged
from ecr_constructs.review.protection import judge_protection
from ecr_constructs.review.public import judge_public_losses
from tests.unit.reviewed import change_of

HEAD = "project: shop\nenv: dev\nregion: us-east-1\n"
REFUSED = "unless it holds images, which Terraform refuses to delete"
KEY, OTHER_KEY = (f"arn:aws:kms:us-east-1:111111111111:key/{each * 8}-1111-1111-1111-111111111111" for each in "12")
JUDGES = (judge_losses, judge_public_losses, judge_protection)


def file(text):
    return {"dev.yaml": HEAD + textwrap.dedent(text)}


def deletes(before, after):
    """Return code, severity, line, key and repositories of what a change of dev.yaml deletes."""
    found = judged(change_of(file(before), file(after)), judges=JUDGES)
    assert {each.consequence for each in found} <= {"deletes images"}
    return [
        (each.code, each.severity, int(each.source.rpartition(":")[2]), each.problem.key, each.repositories)
        for each in found
    ]


def sentences(before, after):
    return [(each.what, each.fix) for each in judged(change_of(file(before), file(after)), judges=JUDGES)]


def with_key(key):
    return f"ecr_encryption_type: KMS\necr_repositories: {{web: {{kms_key: {key}}}}}\n"


WEB = "ecr_repositories:\n  web: {}\n"


class TestWhatIsDestroyed:
    def test_a_repository_that_is_declared_no_more(self):
        both = f"{WEB}  api:\n    max_image_count: 3\n"
        assert deletes(both, WEB) == [("repository-destroyed", "danger", 6, "ecr_repositories.api", ("api",))]
        ((what, fix),) = sentences(both, WEB)
        assert what == (
            "is declared no more: Terraform destroys it, unless it holds images, which Terraform refuses to delete"
        )
        assert fix.startswith("If it has another name now, say renamed_from there; ")

    def test_with_its_images_where_force_delete_was_applied(self):
        before = f"{WEB}  api: {{force_delete: true}}\n"
        assert sentences(before, WEB)[0][0].endswith("destroys it, with all of its images")

    @pytest.mark.parametrize(
        ("said", "rest"),
        [
            ("", "; its replicas at us-west-2 and eu-west-1 of account 222222222222 stay"),
            (
                ", deletions_replicated: true",
                (
                    "; its replicas are at us-west-2 and eu-west-1 of account 222222222222, where deletions are "
                    "replicated, and AWS does not document whether they go too"
                ),
            ),
        ],
    )
    @pytest.mark.parametrize("after", [WEB, f"{WEB}  api: {{repository_name: other, allow_replacement: true}}\n"])
    def test_where_its_replicas_are_and_whether_they_stay(self, said, rest, after):
        west, other = f"{{region: us-west-2{said}}}", f"{{region: eu-west-1, registry_id: '222222222222'{said}}}"
        to = f"enable_replication: true, replication_destinations: [{west}, {other}]"
        ((what, _),) = sentences(f"{WEB}  api: {{force_delete: true, {to}}}\n", after)
        assert what.endswith(f", with all of its images{rest}")

    def test_another_logical_name_is_another_repository(self):
        after = "ecr_repositories:\n  site: {}\n"
        assert deletes(WEB, after) == [("repository-destroyed", "danger", 5, "ecr_repositories.web", ("web",))]

    def test_one_that_keeps_its_name_in_ecr_takes_the_place_of_the_former(self):
        after = "ecr_repositories:\n  site: {repository_name: shop-dev-web}\n"
        assert deletes(WEB, after) == [("repository-replaced", "danger", 5, "ecr_repositories.site", ("site",))]
        ((what, fix),) = sentences(WEB, after)
        assert what.startswith("will take the name in ECR of aws_ecr_repository.web, which destroys that one")
        assert fix == "Add renamed_from: web, or add allow_replacement: true in this change if the images may go."

    def test_a_former_name_moves_it(self):
        after = "ecr_repositories:\n  site: {renamed_from: web, repository_name: shop-dev-web}\n"
        assert deletes(WEB, after) == []

    def test_a_former_name_does_not_keep_the_name_in_ecr(self):
        after = "ecr_repositories:\n  site: {renamed_from: web, allow_replacement: true}\n"
        ((code, _, _, key, _),) = deletes(WEB, after)
        assert (code, key) == ("repository-replaced", "ecr_repositories.site")

    def test_another_environment_makes_them(self):
        known = "account_id: '222222222222'\necr_repository_name: '{project}/{name}'\n"
        elsewhere = "ecr_strategy: cross_account\necr_account_id: '111111111111'\necr_account_region: us-east-1\n"
        before, after = f"{known}{WEB}", f"{known}{elsewhere}{WEB}"
        assert deletes(before, after) == [("repository-destroyed", "danger", 6, "ecr_strategy", ("web",))]
        assert deletes(after, before) == []

    def test_what_is_made_elsewhere_is_not_destroyed_here(self):
        known = "account_id: '222222222222'\necr_repository_name: '{project}/{name}'\n"
        known += "ecr_strategy: cross_account\necr_account_id: '111111111111'\necr_account_region: us-east-1\n"
        assert deletes(f"{known}{WEB}  api: {{}}\n", f"{known}{WEB}") == []

    def test_a_workload_that_uses_the_repository_of_another(self):
        before = "backend: true\nservices: [{name: a}]\n"
        after = "services: [{name: a, ecr_config: {mode: manual_repo, repository_uri: "
        uri = "111111111111.dkr.ecr.us-east-1.amazonaws.com/base"
        found = deletes(before, f"backend: true\n{after}{uri}}}}}]\n")
        assert [(code, names) for code, *_, names in found] == [("repository-destroyed", ("service_a",))]

    def test_an_environment_whose_file_goes_destroys_nothing(self):
        change = change_of({**file(WEB), "prod.yaml": HEAD.replace("dev", "prod") + WEB}, file(WEB))
        assert judged(change, judges=JUDGES) == []


class TestWhatIsReplaced:
    @pytest.mark.parametrize(
        ("before", "after", "key", "line"),
        [
            ("encryption_type: KMS", "encryption_type: AES256", "ecr_repositories.web.encryption_type", 6),
            ("max_image_count: 3", "encryption_type: KMS", "ecr_repositories.web.encryption_type", 6),
            # What is gone from the file is shown where it was.
            ("encryption_type: KMS", "max_image_count: 3", "ecr_repositories.web.encryption_type", 6),
            ("max_image_count: 3", "repository_name: other", "ecr_repositories.web.repository_name", 6),
            (
                f"{{encryption_type: KMS, kms_key: '{KEY}'}}",
                f"{{encryption_type: KMS, kms_key: '{OTHER_KEY}'}}",
                "ecr_repositories.web.kms_key",
                5,
            ),
        ],
    )
    def test_by_an_option_of_the_repository(self, before, after, key, line):
        def of(options):
            return f"ecr_repositories:\n  web:{f' {options}' if options[0] == '{' else f'{chr(10)}    {options}'}\n"

        assert deletes(of(before), of(after)) == [("repository-replaced", "danger", line, key, ("web",))]

    @pytest.mark.parametrize(
        ("before", "after", "does", "fix"),
        [
            ("", f"'{KEY}'", f"from AWS's own key to {KEY}", "Leave the key out"),
            ("", "{alias: alias/a}", "from AWS's own key to {alias: alias/a}", "Leave the key out"),
            (f"'{KEY}'", "{alias: alias/a}", f"from {KEY} to {{alias: alias/a}}", f"Set kms_key: {KEY}"),
            (
                "{alias: alias/a}",
                "{ssm_parameter: /key}",
                "from {alias: alias/a} to {ssm_parameter: /key}",
                "Set kms_key: {alias: alias/a}",
            ),
            (
                "{alias: alias/a}",
                "{alias: alias/b}",
                "from {alias: alias/a} to {alias: alias/b}",
                "Set kms_key: {alias",
            ),
        ],
    )
    def test_by_a_key_that_is_named_otherwise(self, before, after, does, fix):
        ((what, how),) = sentences(with_key(before), with_key(after))
        assert what == f"will change the key {does}, which replaces it, {REFUSED}"
        assert how.startswith(fix)

    @pytest.mark.parametrize("key", [f"'{KEY}'", "{alias: alias/a}"])
    def test_not_by_a_key_that_is_named_no_more(self, key):
        # Terraform leaves it the key that it has.
        assert deletes(with_key(key), with_key("")) == []

    @pytest.mark.parametrize(
        ("before", "after", "key"),
        [
            ("", "ecr_defaults: {encryption_type: KMS}\n", "ecr_defaults.encryption_type"),
            ("", "ecr_encryption_type: KMS\n", "ecr_encryption_type"),
            ("", 'ecr_repository_name: "{project}/{name}"\n', "ecr_repository_name"),
            (
                f"ecr_encryption_type: KMS\necr_kms_key: '{KEY}'\n",
                f"ecr_encryption_type: KMS\necr_kms_key: '{OTHER_KEY}'\n",
                "ecr_kms_key",
            ),
        ],
    )
    def test_all_of_an_environment_is_one_finding_at_the_key(self, before, after, key):
        both = f"{WEB}  api: {{}}\n"
        ((code, _, _, where, names),) = deletes(before + both, after + both)
        assert (code, where, names) == ("repository-replaced", key, ("api", "web"))

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ("ecr_shards: 3", "repository-replaced"),
            ("ecr_repository_name: '{name}'", "repository-replaced"),
            ("ecr_encryption_type: KMS", "repository-replaced"),
            ("protected: true", "prevent-destroy-removed"),
        ],
    )
    def test_by_a_key_that_is_gone_it_is_shown_where_it_was(self, said, code):
        repositories = "ecr_repositories:\n" + "".join(f"  r{number}: {{}}\n" for number in range(8))
        found = judged(change_of(file(f"{said}\n{repositories}"), file(repositories)), judges=JUDGES)
        key = said.partition(":")[0]
        assert {(each.code, each.path, each.at_base, each.source) for each in found} == {
            (code, (key,), True, "environments/dev.yaml:4")
        }

    def test_by_the_project_and_the_region(self):
        base = file(WEB)
        for word, key in (("shop", "project"), ("us-east-1", "region")):
            found = judged(change_of(base, {"dev.yaml": base["dev.yaml"].replace(word, "eu-west-1")}), judges=JUDGES)
            assert [(each.code, each.problem.key) for each in found] == [("repository-replaced", key)]

    def test_names_are_in_the_details_of_what_is_one_finding(self):
        found = judged(change_of(file(WEB), file(f"ecr_repository_name: '{{name}}'\n{WEB}")), judges=JUDGES)
        assert [each.details for each in found] == [("web: from shop-dev-web to web",)]

    def test_by_another_number_of_stacks(self):
        names = [f"r{number}" for number in range(8)]
        repositories = "ecr_repositories:\n" + "".join(f"  {name}: {{}}\n" for name in names)
        ((code, _, _, key, moved),) = deletes(f"ecr_shards: 1\n{repositories}", f"ecr_shards: 2\n{repositories}")
        assert (code, key) == ("repository-replaced", "ecr_shards")
        assert moved == tuple(name for name in names if shard_of(name, 2) == 2)
        ((*_, back),) = deletes(f"ecr_shards: 2\n{repositories}", repositories)
        assert back == moved

    def test_allowed_by_the_file_it_is_acknowledged(self):
        after = "ecr_repositories:\n  web: {encryption_type: KMS, allow_replacement: true}\n"
        (found,) = judged(change_of(file(WEB), file(after)), judges=JUDGES)
        assert (found.code, found.acknowledged) == ("repository-replaced", True)

    def test_another_account_leaves_all_of_them_behind(self):
        before, after = (f"account_id: '{each * 12}'\n{WEB}  api: {{}}\n" for each in "12")
        assert deletes(before, after) == [("account-changed", "danger", 4, "account_id", ("api", "web"))]
        assert deletes(before, f"{WEB}  api: {{}}\n") == []
        role = f"assume_role_arn: arn:aws:iam::222222222222:role/r\n{WEB}  api: {{}}\n"
        assert deletes(before, role) == [("account-changed", "danger", 4, "assume_role_arn", ("api", "web"))]


class TestWhatProtectsThemNoMore:
    @pytest.mark.parametrize(
        ("before", "after", "code", "severity", "key"),
        [
            ("prevent_destroy: true", "", "prevent-destroy-removed", "attention", None),
            (
                "prevent_destroy: true",
                "prevent_destroy: false",
                "prevent-destroy-removed",
                "attention",
                "ecr_repositories.web.prevent_destroy",
            ),
            ("", "force_delete: true", "force-delete-set", "attention", "ecr_repositories.web.force_delete"),
            ("adopt: true", "", "adoption-removed", "note", "ecr_repositories.web.adopt"),
            (
                "adopt: [repository, parameters]",
                "adopt: [repository]",
                "adoption-removed",
                "note",
                "ecr_repositories.web.adopt",
            ),
        ],
    )
    def test_of_a_repository_and_nothing_the_other_way_round(self, before, after, code, severity, key):
        one, other = (f"ecr_repositories:\n  web: {{{each}}}\n" for each in (before, after))
        ((found, how, _, where, names),) = deletes(one, other)
        assert (found, how, names) == (code, severity, ("web",))
        assert where == (key or "ecr_repositories.web.prevent_destroy")
        assert deletes(other, one) == []

    @pytest.mark.parametrize("options", ["force_delete: true", "prevent_destroy: true", "adopt: true"])
    def test_what_was_so_before_is_no_finding(self, options):
        before, after = (f"ecr_repositories:\n  web: {{{options}, max_image_count: {each}}}\n" for each in (3, 4))
        assert deletes(before, after) == []

    def test_of_a_whole_environment(self):
        before, after = f"protected: true\n{WEB}  api: {{}}\n", f"protected: false\n{WEB}  api: {{}}\n"
        assert deletes(before, after) == [
            ("prevent-destroy-removed", "attention", 4, "protected", ("api", "web")),
        ]
        assert deletes(before, f"{WEB}  api: {{}}\necr_defaults: {{prevent_destroy: true}}\n") == []


class TestPublicRepositories:
    @staticmethod
    def of(text):
        return f"ecr_public_repositories:\n  keep: {{}}\n{text}"

    def test_removed(self):
        assert deletes(self.of("  cli: {}\n"), self.of("")) == [
            ("repository-destroyed", "danger", 6, "ecr_public_repositories.cli", ("cli",))
        ]

    def test_renamed(self):
        assert deletes(self.of("  cli: {}\n"), self.of("  cli: {repository_name: tool}\n")) == [
            ("repository-replaced", "danger", 6, "ecr_public_repositories.cli.repository_name", ("cli",))
        ]

    def test_renamed_by_a_key_that_is_gone(self):
        before, after = (self.of(f"  cli:\n    {each}\n") for each in ("repository_name: tool", "force_destroy: false"))
        (found,) = judged(change_of(file(before), file(after)), judges=JUDGES)
        assert (found.path[-1], found.at_base, found.source) == ("repository_name", True, "environments/dev.yaml:7")

    def test_no_more_refused(self):
        assert deletes(self.of("  cli: {}\n"), self.of("  cli: {force_destroy: true}\n")) == [
            ("force-delete-set", "attention", 6, "ecr_public_repositories.cli.force_destroy", ("cli",))
        ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ecr_repositories:\n  a: {}\n  b: {}\n", "ecr_repositories:\n  b: {}\n  a: {}\n"),
        (WEB, f"# a comment\n{WEB}"),
        (WEB, "ecr_repositories:\n  web:\n"),
        (
            WEB,
            "ecr_encryption_type: AES256\necr_repositories:\n  web: {encryption_type: AES256, force_delete: false}\n",
        ),
        (WEB, f'ecr_repository_name: "{{project}}-{{env}}-{{name}}"\necr_shards: 1\n{WEB}'),
        (WEB, "ecr_repositories:\n  web: {repository_name: shop-dev-web}\n"),
        ("ecr_defaults: {encryption_type: KMS}\n" + WEB, "ecr_repositories:\n  web: {encryption_type: KMS}\n"),
    ],
)
def test_what_is_the_same_is_no_finding(before, after):
    assert deletes(before, after) == []
    assert deletes(after, before) == []


class TestAcknowledgements:
    BOTH = f"{WEB}  api: {{}}\n"

    def test_one_that_the_change_adds_counts(self):
        after = f"acknowledge: [repository-destroyed]\n{WEB}"
        assert [each.acknowledged for each in judged(change_of(file(self.BOTH), file(after)), judges=JUDGES)] == [True]

    def test_one_of_an_earlier_change_does_not(self):
        both, after = (f"acknowledge: [repository-destroyed]\n{each}" for each in (self.BOTH, WEB))
        assert [each.acknowledged for each in judged(change_of(file(both), file(after)), judges=JUDGES)] == [False]

    def test_one_of_a_repository_is_about_that_alone(self):
        after = "ecr_repositories:\n  web: {force_delete: true, acknowledge: [force-delete-set]}\n"
        after += "  api:\n    force_delete: true\n"
        found = judged(change_of(file(self.BOTH), file(after)), judges=JUDGES)
        assert {each.repositories: each.acknowledged for each in found} == {("web",): True, ("api",): False}
