"""`ecr-constructs lifecycle preview`: what people and programs read of what a policy does."""

from __future__ import annotations

import json
import re

import botocore.session
import pytest
from botocore.validate import ParamValidator

from ecr_constructs.lifecycle.as_text import as_text
from ecr_constructs.lifecycle.progress import Bar
from ecr_constructs.lifecycle.request import Request
from ecr_constructs.lifecycle.run import run_preview
from ecr_constructs.terminal.screen import Screen
from tests.unit.previewed import ACCOUNT, AT, HOST, Previewing, detail, digest_of

INDEX = "application/vnd.oci.image.index.v1+json"
WEB = """\
account_id: "111111111111"
ecr_defaults:
  expire_untagged_after_days: 7
ecr_repositories:
  web:
    max_image_count: 2
    protected_tags: [stable]
  free: {max_image_count: null, expire_untagged_after_days: null}
  plain: {}
"""
IMAGES = (
    detail("a1", "v5", pushed=1),
    detail("b2", "v4", pushed=2, pulled=0.25),
    detail("c3", "v3", pushed=3),
    detail("d4", "v2", "stable", pushed=4),
    detail("e5", pushed=5),
    detail("f6", pushed=8, imageSizeInBytes=500_000_000),
    detail("a7", "v1", pushed=90),
)
# v5 and v4 are the newest two; the rule of `stable` shields v2, and that of untagged images e5.


@pytest.fixture
def web(tmp_path, monkeypatch, capsys):
    project = Previewing(tmp_path, monkeypatch, capsys)
    project.write(prod=WEB)
    project.images(*IMAGES)
    return project


def row_of(text, start):
    """Return the cells of the line that begins so."""
    (line,) = [line for line in text.splitlines() if line.startswith(start)]
    return re.split(r" {2,}", line)


def test_people_read_what_goes_and_by_which_rule(web):
    result = web.preview()
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines()[0] == (f"web of prod: {ACCOUNT}/shop-prod-web, 7 images, at 2026-01-31T12:00+00:00")
    assert row_of(result.out, "v3 ") == ["v3", "3 d", "never", "1.0 GB", "expire", "3 max_image_count"]
    assert row_of(result.out, "v1 ") == ["v1", "90 d", "never", "1.0 GB", "expire", "3 max_image_count"]
    untagged = row_of(result.out, digest_of("f6")[:19])
    assert untagged[1:] == ["8 d", "never", "500 MB", "expire", "2 ecr_defaults.expire_untagged_after_days"]


def test_what_nothing_happens_to_is_counted_with_the_reasons(web):
    out = web.preview().out
    assert "v5" not in out
    assert "4 other images kept: 2 that no rule finds due, 2 shielded by an earlier rule. --all lists them." in out


def test_all_lists_every_image_with_why_it_stays(web):
    out = web.preview("--all").out
    assert row_of(out, "v5 ")[-1] == "keep"
    assert row_of(out, "v2, stable")[-1] == "shielded from 3 max_image_count by 1 protected_tags[0]"
    assert row_of(out, "v4 ")[:3] == ["v4", "2 d", "6 h"]
    assert "--all lists them" not in out


def test_each_rule_says_how_many_it_acts_on_and_shields(web):
    out = web.preview().out
    assert row_of(out, "1 protected_tags[0] ")[1:] == ["Protect images tagged stable", "expire", "0", "1"]
    assert row_of(out, "3 max_image_count ")[1:] == ["Keep the newest 2 images", "expire", "2", "0"]


def test_totals_say_what_is_freed_and_what_it_costs(web):
    out = web.preview().out
    assert row_of(out, "expire ") == ["expire", "3", "2.5 GB", "0.25"]
    assert row_of(out, "keep ") == ["keep", "4", "4.0 GB", "0.40"]
    assert "Freed: 2.5 GB of the storage class standard, 0.25 USD a month." in out
    assert "0.50 USD a month" in web.preview("--price", "0.2").out


def test_what_is_assumed_is_said_with_its_option(web):
    out = " ".join(web.preview().out.split())
    for said in ("(--ties)", "(--children-count)", "(--children-with-index)", "(--referrers-count)", "(--price)"):
        assert said in out
    assert "take no place where images are counted (--children-count)" in out
    assert "take places where images are counted" in " ".join(web.preview("--children-count").out.split())


@pytest.mark.parametrize(
    ("option", "gone"),
    [((), "b2"), (("--ties", "digest"), "b2"), (("--ties", "listed"), "a1")],
)
def test_which_of_two_images_of_one_moment_goes_is_an_option(web, option, gone):
    web.write(prod='account_id: "111111111111"\necr_repositories: {web: {max_image_count: 1}}\n')
    web.images(detail("b2", "two"), detail("a1", "one"))
    assert [each["imageDigest"] for each in web.preview("--format", "json", *option).json["previewResults"]] == [
        digest_of(gone)
    ]


def test_images_of_an_index_stay_with_it_where_its_manifest_is_given(web):
    web.write(prod="ecr_repositories: {web: {max_image_count: null, expire_untagged_after_days: 1}}\n")
    index, child = detail("a1", "v1", imageManifestMediaType=INDEX), detail("b2", pushed=2)
    web.images(index, child)
    unknown = web.preview()
    assert "1 manifest list is there of which nothing says what they refer to" in " ".join(unknown.out.split())
    assert row_of(unknown.out, "expire ")[1] == "1"
    manifest = json.dumps({"manifests": [{"digest": digest_of("b2")}]})
    got = {"images": [{"imageId": {"imageDigest": digest_of("a1")}, "imageManifest": manifest}]}
    web.file("images.json", json.dumps({"imageDetails": [index, child]}) + json.dumps(got))
    known = web.preview("--all")
    assert row_of(known.out, digest_of("b2")[:19])[-1].endswith("by v1, which refers to it")
    assert row_of(known.out, "expire ")[1] == "0"
    assert "manifest list is there" not in known.out


def test_without_a_policy_every_image_stays(web):
    web.images(*({**each, "repositoryName": "shop-prod-free"} for each in IMAGES))
    result = web.run("prod", "free", "--images", "images.json", "--at", AT)
    assert result.status == 0
    assert "There is no policy: every image stays." in result.out
    assert row_of(result.out, "keep ")[1] == "7"


def test_a_repository_is_found_by_its_name_in_ecr_as_well(web):
    result = web.run("environments/prod.yaml", "shop-prod-web", "--images", "images.json", "--at", AT)
    assert result.out.startswith("web of prod: ")


def test_the_default_of_the_package_is_said_of_the_repository_itself(web):
    web.images(*(detail(f"{number:03x}", f"v{number}", pushed=number + 1) for number in range(101)))
    result = web.run("prod", "plain", "--images", "images.json", "--at", AT)
    assert row_of(result.out, "v100 ")[-1] == "2 max_image_count"
    assert "The images are those of shop-prod-web, not of shop-prod-plain." in result.out


def test_images_of_another_account_are_said(web):
    said = "The images are those of account 222222222222, not of 111111111111."
    assert said not in web.preview().out
    web.images(*({**each, "registryId": "222222222222"} for each in IMAGES))
    assert said in web.preview().out


def test_images_that_are_pushed_later_than_the_run_are_left_out(web):
    result = web.run("prod", "web", "--images", "images.json", "--at", "2026-01-29T00:00:00+02:00")
    assert "2 of the images that are listed were pushed after that time, and are left out." in result.out
    assert result.out.splitlines()[0].endswith("5 images, at 2026-01-29T00:00+02:00")


def test_something_deployed_that_would_go_is_said_with_the_smallest_change(web):
    web.file("used", f"{HOST}/shop-prod-web:v3\nnginx:1.27\nshop-prod-web:v5\nshop-prod-web:v9\n")
    result = web.preview("--in-use", "used")
    assert result.status == 3
    assert "DEPLOYED, and would go: 1 image.\n  v3, deployed as v3: expire by 3 max_image_count.\n" in result.out
    assert "environments/prod.yaml:9: ecr_repositories.web.max_image_count: 2 -> 3 or more" in result.out
    assert "Deployed, and not there any more: v9." in result.out
    assert "1 reference is to other repositories." in result.out
    assert row_of(result.out, "v5 ")[-2:] == ["keep", "v5"]


def test_replicas_that_run_are_to_be_looked_at(web):
    replicas = [f"{HOST.replace('us-east-1', 'eu-west-1')}/shop-prod-web:v{number}" for number in range(1, 8)]
    web.file("used", "\n".join([*replicas, "nginx"]))
    result = web.preview("--in-use", "used")
    said = " ".join(result.out.split())
    assert (result.status, "8 references are to other repositories." in said) == (0, True)
    assert f"Of these, look yourself at {', '.join(replicas[:5])} and 2 more: " in said


def test_what_is_deployed_and_pushed_after_the_run_is_not_missing(web):
    web.file("used", "shop-prod-web:v5 shop-prod-web:v9")
    result = web.run("prod", "web", "--images", "images.json", "--at", "2026-01-29T00:00:00Z", "--in-use", "used")
    assert "Deployed, and not there any more: v9." in result.out


def test_more_days_keep_it_for_that_long_alone(web):
    web.file("used", digest_of("f6"))
    out = web.preview("--in-use", "used").out
    assert "ecr_defaults.expire_untagged_after_days: 7 -> 8 or more, until they are older than that" in out


def test_tags_to_protect_are_written_as_yaml_reads_them(web):
    web.images(*(detail(f"a{number}", f"1.{number}0", pushed=number) for number in range(1, 5)))
    web.write(prod=WEB.replace("[stable]", '["*-arm"]'))
    web.file("used", "shop-prod-web:1.40")
    named = 'protected_tags: ["*-arm", "1.40"]'
    assert named in web.preview("--in-use", "used").out
    web.write(prod=WEB.replace("protected_tags: [stable]", named))
    assert web.preview("--in-use", "used").status == 0


def test_tags_that_would_keep_it_are_named_with_those_that_are_protected_already(web):
    web.file("used", f"{digest_of('c3')} shop-prod-web:v1")
    result = web.preview("--in-use", "used")
    assert "  environments/prod.yaml:10: ecr_repositories.web.protected_tags: [stable, v3, v1]\n" in result.out
    web.write(prod=WEB.replace("[stable]", "[stable, v3, v1]"))
    assert web.preview("--in-use", "used").status == 0


def test_tags_that_would_not_keep_it_are_not_named(web):
    """A rule with a priority of its own comes before them, and a document has all that is said."""
    web.file("used", "shop-prod-web:v3")
    tagged = "{tag_status: tagged, tag_pattern_list: ['v*'], count_type: imageCountMoreThan, count_number: 2}"
    numbered = tagged.replace("}", ", rule_priority: 1}")
    written = json.dumps(json.dumps(policy(2)))
    for keys, named in (
        (f"lifecycle_rules: [{tagged}]", True),
        (f"lifecycle_rules: [{numbered}]", False),
        (f"lifecycle_policy: {written}", False),
    ):
        web.write(prod=f"ecr_repositories: {{web: {{{keys}}}}}\n")
        result = web.preview("--in-use", "used")
        assert (result.status, "protected_tags: [v3]" in result.out) == (3, named), keys


def test_an_image_without_a_tag_is_kept_by_a_number_alone(web):
    web.file("used", f"{digest_of('f6')} shop-prod-web:v3")
    result = web.preview("--in-use", "used")
    assert (result.status, "Or, to keep them" in result.out) == (3, False)


def test_the_change_is_where_the_defaults_say_it(web):
    web.file("used", digest_of("f6"))
    out = web.preview("--in-use", "used").out
    assert "environments/prod.yaml:6: ecr_defaults.expire_untagged_after_days: 7 -> 8 or more" in out


def test_a_preset_has_no_number_and_is_to_be_written_out(web):
    web.write(prod="ecr_repositories:\n  web: {retention: releases}\n")
    web.images(*(detail(f"b{number}", f"git-{number}", pushed=number) for number in range(10, 40)))
    web.file("used", "shop-prod-web:git-31")
    out = web.preview("--in-use", "used").out
    change = 'retention, written out, with rule 6 ("Keep the newest 20 tagged images"): 20 -> 22 or more'
    assert f"environments/prod.yaml:5: ecr_repositories.web.{change}\n" in out


def test_one_number_of_several_rules_is_enough_for_each(web):
    web.write(prod="ecr_repositories:\n  web: {keep_tagged_per_pattern: {'v*': 2, 'env-*': 1}}\n")
    both = (detail(f"a{number}", f"v{number}", f"env-{number}", pushed=number) for number in range(1, 9))
    alone = (detail(f"b{number}", f"v1.{number}", pushed=number + 0.5) for number in range(1, 9))
    web.images(*both, *alone)
    web.file("used", "shop-prod-web:v5 shop-prod-web:v1.7")
    out = web.preview("--in-use", "used").out
    (said,) = [line for line in out.splitlines() if "-> " in line]
    assert said == "  environments/prod.yaml:5: ecr_repositories.web.keep_tagged_per_pattern.v*: 2 -> 14 or more"
    web.write(prod="ecr_repositories:\n  web: {keep_tagged_per_pattern: {'v*': 14, 'env-*': 1}}\n")
    assert web.preview("--in-use", "used").status == 0


def test_the_change_of_a_written_rule_names_its_number(web):
    rules = "[{tag_status: any, count_type: imageCountMoreThan, count_number: 2}]"
    web.write(prod=f"ecr_repositories:\n  web:\n    lifecycle_rules:\n    - {rules[1:-1]}\n")
    web.file("used", "shop-prod-web:v3")
    out = web.preview("--in-use", "used").out
    assert "environments/prod.yaml:7: ecr_repositories.web.lifecycle_rules[0].count_number: 2 -> 3 or more" in out


def test_the_change_of_a_document_names_its_number(web):
    web.file("policy.json", policy(2))
    web.file("used", "shop-prod-web:v3")
    result = web.run("--policy", "policy.json", "--images", "images.json", "--at", AT, "--in-use", "used")
    assert result.status == 3
    assert "policy.json: rules[0].selection.countNumber: 2 -> 3 or more" in result.out


def test_nothing_deployed_that_goes_is_said_too(web):
    web.file("used", "shop-prod-web:v5 shop-prod-web:stable")
    result = web.preview("--in-use", "used")
    assert (result.status, "Nothing that is deployed would go (2 images)." in result.out) == (0, True)


def test_what_moves_to_the_archive_is_not_expired_and_cannot_be_pulled(web):
    policy_text = policy(2, action={"type": "transition", "targetStorageClass": "archive"})
    web.file("policy.json", policy_text)
    web.file("used", "shop-prod-web:v3")
    result = web.preview("--policy", "policy.json", "--in-use", "used")
    assert result.status == 3
    assert row_of(result.out, "archive ")[:2] == ["archive", "5"]
    assert "v3, deployed as v3: archive by 1 rules[0]." in result.out


def policy(number, **rule):
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": number}
    return {"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}, **rule}]}


def test_a_policy_is_previewed_without_an_environment(web):
    web.file("policy.json", policy(6))
    result = web.run("--policy", "policy.json", "--images", "images.json", "--at", AT)
    assert (result.status, row_of(result.out, "v1 ")[-1]) == (0, "1 rules[0]")
    assert result.out.startswith(f"policy.json: {ACCOUNT}/shop-prod-web, 7 images")


def test_what_get_lifecycle_policy_prints_is_a_policy(web):
    printed = {"registryId": ACCOUNT, "lifecyclePolicyText": json.dumps(policy(6)), "lastEvaluatedAt": 0}
    web.file("policy.json", printed)
    assert row_of(web.preview("--policy", "policy.json").out, "v1 ")[-1] == "1 rules[0]"


@pytest.mark.parametrize("option", ["--images", "--in-use", "--policy"])
def test_standard_input_stands_for_a_file(web, option, monkeypatch):
    web.file("policy.json", policy(2))
    web.file("used", "shop-prod-web:v3")
    files = {"--images": "images.json", "--in-use": "used", "--policy": "policy.json"}
    monkeypatch.setattr("sys.stdin", (web.directory / files[option]).open(encoding="utf-8"))
    arguments = [word for pair in {**files, option: "-"}.items() for word in pair]
    assert web.run("prod", "web", "--at", AT, *arguments).status == 3


def output_shape():
    model = botocore.session.get_session().get_service_model("ecr")
    return model.operation_model("GetLifecyclePolicyPreview").output_shape


@pytest.mark.parametrize("named", [("prod", "web"), ()])
def test_programs_read_the_shape_of_ecrs_own_preview(web, named):
    web.file("policy.json", policy(2, action={"type": "transition", "targetStorageClass": "archive"}))
    web.file("used", "shop-prod-web:v3")
    options = ("--in-use", "used", "--timeline", "3", "--compare", "policy.json")
    arguments = (*named, "--policy", "policy.json", "--images", "images.json", "--at", AT)
    document = web.run(*arguments, *options, "--format", "json").json
    del document["preview"]
    assert {*document} == {*output_shape().members} - {"nextToken"}
    report = ParamValidator().validate(document, output_shape())
    assert report.generate_report() == ""
    assert document["status"] in output_shape().members["status"].enum
    result = document["previewResults"][0]
    shape = output_shape().members["previewResults"].member
    assert result["action"]["type"] in shape.members["action"].members["type"].enum
    assert result["storageClass"] in shape.members["storageClass"].enum


def test_the_validator_would_see_another_shape():
    wrong = {"previewResults": [{"imageTags": "v1", "appliedRulePriority": "1", "priority": 1}]}
    assert ParamValidator().validate(wrong, output_shape()).has_errors()


def test_programs_read_what_goes(web):
    document = web.preview("--format", "json").json
    assert [each["imageDigest"] for each in document["previewResults"]] == [
        digest_of(each) for each in ("c3", "f6", "a7")
    ]
    assert document["previewResults"][0] == {
        "imageTags": ["v3"],
        "imageDigest": digest_of("c3"),
        "imagePushedAt": "2026-01-28T12:00:00+00:00",
        "action": {"type": "EXPIRE"},
        "appliedRulePriority": 3,
        "storageClass": "STANDARD",
    }
    assert document["summary"] == {"expiringImageTotalCount": 3, "transitioningImageTotalCounts": []}
    assert "imageTags" not in document["previewResults"][1]


def test_programs_read_what_is_told_besides(web):
    web.file("used", "shop-prod-web:v3 shop-prod-web:v8")
    result = web.preview("--format", "json", "--in-use", "used")
    besides = result.json["preview"]
    assert result.status == 3
    assert besides["totals"]["expire"] == {"images": 3, "sizeInBytes": 2_500_000_000, "usdPerMonth": 0.25}
    assert besides["kept"] == [
        {"imageDigest": digest_of("d4"), "dueByRulePriority": 3, "shieldedByRulePriority": 1},
        {"imageDigest": digest_of("e5"), "dueByRulePriority": 3, "shieldedByRulePriority": 2},
    ]
    assert besides["inUse"] == [
        {
            "imageDigest": digest_of("c3"),
            "imageTags": ["v3"],
            "deployedAs": "v3",
            "action": "EXPIRE",
            "appliedRulePriority": 3,
        }
    ]
    assert besides["missing"] == ["v8"]
    (change,) = besides["changes"]
    assert (change["countNumber"], change["neededCountNumber"]) == (2, 3)
    assert change["written"] == "environments/prod.yaml:9: ecr_repositories.web.max_image_count"
    assert besides["assumptions"]["ties"] == "digest"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_broken_by_the_screen(web, width):
    web.file("used", f"{HOST}/shop-prod-web:v3")
    request = Request(
        env="prod",
        repository="web",
        images="images.json",
        at=AT,
        days=5,
        in_use="used",
        compare="environments/prod.yaml",
    )
    shown = as_text(run_preview(request, Bar()), Screen(width=width, is_bounded=True), every=True)
    lines = "\n".join(shown).splitlines()
    assert [line for line in lines if len(line) > width and " " in line.strip()] == []
    assert any("expire" in line and "max_image_count" in line for line in lines)


def test_a_hundred_thousand_images_are_a_short_answer(web):
    web.write(prod="ecr_repositories: {web: {max_image_count: 99999}}\n")
    web.images(*(detail(f"{number:05x}", f"v{number}", pushed=number / 1000 + 1) for number in range(100_000)))
    result = web.preview()
    assert "99,999 other images kept: 99,999 that no rule finds due." in result.out
    assert row_of(result.out, "v99999 ")[-1] == "1 max_image_count"
    assert len(result.out.splitlines()) < 40


def test_tags_are_told_in_one_line_and_move_no_cursor(web):
    web.images(detail("a1", "v\x1b[2J1", pushed=9), *(detail(f"b{number}", f"v{number}") for number in range(3)))
    out = web.preview().out
    assert "v\\x1b[2J1" in out
    assert "\x1b" not in out


def test_many_tags_are_counted(web):
    web.images(detail("a1", *"abcdef", pushed=9), *(detail(f"b{number}", f"v{number}") for number in range(3)))
    assert row_of(web.preview().out, "a, b, c +3 ")[-2] == "expire"


@pytest.mark.parametrize(
    ("options", "deleted", "is_said"),
    [
        ("max_image_count: 3", "true", True),
        ("max_image_count: 3", "false", False),
        ("max_image_count: null, archive_after_days_without_pull: 90", "true", False),
    ],
)
def test_where_deletions_are_replicated_replicas_go_too(web, options, deleted, is_said):
    there = f"replication_destinations: [{{region: us-west-2, deletions_replicated: {deleted}}}]"
    web.write(prod=f"ecr_repositories: {{web: {{{options}, enable_replication: true, {there}}}}}\n")
    web.images(detail("a1", "v1"))
    # The lines are broken where the screen ends.
    said = "What expires goes at us-west-2 as well: by the file, deletions are replicated there."
    out = " ".join(web.preview().out.split())
    assert (said in out) == ("What expires goes" in out) == is_said
