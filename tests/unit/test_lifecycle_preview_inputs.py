"""`ecr-constructs lifecycle preview`: whatever is given wrongly is said at once, without a traceback."""

from __future__ import annotations

import json
import sys

import pytest

from tests.unit.previewed import AT, Previewing, detail

PROD = 'account_id: "111111111111"\necr_trusted_accounts: [{account_id: "222222222222"}]\necr_repositories: {web: {}}\n'
STAGING = 'account_id: "222222222222"\necr_strategy: cross_account\necr_source_env: prod\n'


@pytest.fixture
def prod(tmp_path, monkeypatch, capsys):
    project = Previewing(tmp_path, monkeypatch, capsys)
    project.write(prod=PROD)
    project.images(detail("a1", "v1"))
    return project


def refused(result):
    """Return the messages of a command that ended with 2 and wrote nothing else."""
    assert (result.status, result.out) == (2, "")
    assert "Traceback" not in result.err
    return result.err.splitlines()


def test_every_wrong_thing_is_said_at_once(prod):
    prod.file("bad.json", "{")
    words = ("prod", "wbe", "--policy", "bad.json", "--images", "none.json", "--in-use", "none", "--at", "2026-01-31")
    messages = refused(prod.run(*words, "--timeline", "0", "--pushes-of", "0", "--price", "-1"))
    codes = [line.rpartition("[")[2].rstrip("]") for line in messages if line.endswith("]")]
    assert codes == [
        *["preview-options"] * 3,
        "repository-known",
        "lifecycle-json-syntax",
        "images-time",
        "file-text",
        "file-text",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--images", "images.json"), "must name ENV and REPOSITORY, or --policy FILE, got no environment."),
        (("prod", "--images", "images.json"), "must name ENV and REPOSITORY, or --policy FILE, got no repository."),
        (("prod", "web"), "must have one of --images and --from-aws, got neither."),
        (
            ("prod", "web", "--images", "images.json", "--from-aws"),
            "must have one of --images and --from-aws, got both.",
        ),
        (
            ("--policy", "p.json", "--from-aws"),
            "--from-aws: must come with ENV and REPOSITORY, whose account is asked.",
        ),
        (
            ("--policy", "p.json", "--images", "images.json", "--in-use-from-aws"),
            "--in-use-from-aws: must come with ENV and REPOSITORY, whose account is asked.",
        ),
        (("prod", "web", "--images", "-", "--in-use", "-"), "must read one thing from standard input, got 2."),
        (
            ("prod", "web", "--images", "images.json", "--timeline", "4000"),
            "--timeline: must be 1 to 3650 days, got 4000.",
        ),
        (("prod", "web", "--images", "images.json", "--price", "nan"), "--price: must be a number from 0 on, got nan."),
        (
            ("prod", "web", "--images", "images.json", "--at", "2026-01-31T12:00:00"),
            "--at: must be a time with its zone, got '2026-01-31T12:00:00'. Write it as in 2026-01-31T12:00:00Z.",
        ),
        (("prod", "web", "--images", "images.json", "--at", "noon"), "--at: must be a time, got 'noon'."),
        (("prd", "web", "--images", "images.json"), "ENV: must be one of: prod, got 'prd'. Did you mean 'prod'?"),
        (("prod", "x", "--images", "images.json"), "REPOSITORY: must be a repository of prod, got 'x'. It has web."),
        (("prod", "wb", "--images", "images.json"), "got 'wb'. Did you mean 'web'?"),
        (("prod", "web", "--images", "."), "--images: must be text that can be read (.), got Is a directory."),
        (("prod", "web", "--images", "latin"), "(latin), got the byte 0xff. Save it as UTF-8."),
    ],
)
def test_a_wrong_option_is_said(prod, arguments, message, monkeypatch, tmp_path):
    (tmp_path / "latin").write_bytes(b"{\xff")
    prod.file("p.json", policy())
    monkeypatch.setattr("sys.stdin", (tmp_path / "images.json").open(encoding="utf-8"))
    assert any(message in line for line in refused(prod.run(*arguments)))


def policy(**selection):
    selected = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1, **selection}
    return {"rules": [{"rulePriority": 1, "selection": selected, "action": {"type": "expire"}}]}


def test_what_is_wrong_with_the_environments_is_said_with_the_rest(prod):
    prod.write(prod="ecr_repositories: {web: {max_image_count: 0}}\n")
    messages = refused(prod.run("prod", "web", "--images", "none", "--at", AT))
    assert [line.partition(": ")[0] for line in messages[:2]] == ["environments/prod.yaml:4", "--images"]


def test_a_repository_that_is_made_elsewhere_has_its_policy_there(prod):
    prod.write(staging=STAGING)
    (message,) = refused(prod.run("staging", "web", "--images", "images.json"))
    assert message == (
        "REPOSITORY: must be made by staging: the policy of a repository is said where that is made, got 'web'. Name "
        "the environment prod. [repository-made]"
    )


def test_a_document_is_previewed_for_no_repository_that_is_made_elsewhere(prod):
    prod.write(staging=STAGING)
    prod.file("p.json", policy())
    refused(prod.run("staging", "web", "--images", "images.json", "--policy", "p.json"))


def test_tokens_have_no_value_yet(prod):
    prod.file("p.json", policy(tagStatus="tagged", tagPatternList=["v*", "${var.tag}"], countNumber="${var.number}"))
    messages = refused(prod.run("--policy", "p.json", "--images", "images.json"))
    rule, fix = "must be known before apply to be previewed", "Preview the policy with the value in its place."
    assert [line for line in messages if line.endswith("[lifecycle-token]")] == [
        f"p.json: rules[0].selection.tagPatternList: {rule}, got ['v*', '${{var.tag}}']. {fix} [lifecycle-token]",
        f"p.json: rules[0].selection.countNumber: {rule}, got '${{var.number}}'. {fix} [lifecycle-token]",
    ]


def test_a_description_may_be_a_token(prod):
    document = policy()
    document["rules"][0]["description"] = "${var.text}"
    prod.file("p.json", document)
    assert prod.run("--policy", "p.json", "--images", "images.json").status == 0


def test_everything_that_aws_would_refuse_of_a_document_is_said_with_the_file(prod):
    prod.file("p.json", policy(countNumber=0, tagPatternList=["v*"]))
    messages = refused(prod.run("--policy", "p.json", "--images", "images.json"))
    assert [line.startswith("p.json: rules[0].selection.") for line in messages] == [True, True, False, False]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"rules": 1}', '{"lifecyclePolicyText": "{"}', "[" * 100_000])
def test_a_document_in_another_form_is_said(prod, text):
    prod.file("p.json", text)
    assert refused(prod.run("--policy", "p.json", "--images", "images.json"))[0].startswith("p.json: ")


def test_wrong_images_are_said_with_their_file_and_place(prod):
    prod.images(detail("a1", imagePushedAt="2026-01-31T12:00:00"), detail("b2", imageTags="v1"))
    messages = refused(prod.run("prod", "web", "--images", "images.json"))
    assert messages[0] == (
        "images.json: imageDetails[0].imagePushedAt: must be a time, got '2026-01-31T12:00:00'. Write it with its time "
        "zone, as in 2026-01-31T12:00:00Z. [images-time]"
    )
    assert messages[1].startswith("images.json: imageDetails[1].imageTags: must be a list of tags, got 'v1'.")


def test_images_of_two_repositories_are_not_one_list(prod):
    prod.images(detail("a1"), detail("b2", repositoryName="shop-prod-api"))
    (message, *_) = refused(prod.run("prod", "web", "--images", "images.json"))
    assert (
        "must be the images of one repository, got 111111111111/shop-prod-api, 111111111111/shop-prod-web." in message
    )


def test_words_that_are_no_references_are_said_with_their_lines(prod):
    prod.file("used", "shop-prod-web:v1\nIMAGE\n@@\n")
    messages = refused(prod.run("prod", "web", "--images", "images.json", "--in-use", "used"))
    assert [line.partition(":")[0] for line in messages] == ["--in-use.line[2]", "--in-use.line[3]"]


def test_references_are_of_a_repository_whose_name_is_known(prod):
    nameless = {key: value for key, value in detail("a1").items() if key not in ("repositoryName", "registryId")}
    prod.images(nameless)
    prod.file("p.json", policy())
    prod.file("used", "shop-prod-web:v1")
    (message,) = refused(prod.run("--policy", "p.json", "--images", "images.json", "--in-use", "used"))
    assert message.startswith("--in-use: must be compared with a repository whose name is known.")
    assert prod.run("prod", "web", "--images", "images.json", "--in-use", "used").status == 0


def test_pages_one_after_the_other_are_one_list(prod):
    prod.file("images.json", "\n".join(json.dumps({"imageDetails": [detail(each)]}) for each in ("a1", "b2")))
    assert ", 2 images, at" in prod.run("prod", "web", "--images", "images.json").out


def test_a_picture_without_matplotlib_says_what_to_install(prod, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "matplotlib" else object())
    result = prod.run("prod", "web", "--images", "images.json", "--timeline", "3", "--svg", "x.svg")
    assert (result.status, result.out) == (2, "")
    assert result.err == "This command needs matplotlib, not installed here: pip install 'ecr-constructs[plot]'\n"


def test_a_file_is_previewed_without_what_asks_aws(prod, monkeypatch):
    for name in ("boto3", "botocore"):
        monkeypatch.setitem(sys.modules, name, None)
    assert prod.run("prod", "web", "--images", "images.json").status == 0
    result = prod.run("prod", "web", "--from-aws")
    assert (result.status, result.out) == (2, "")
    assert "pip install 'ecr-constructs[aws]'" in result.err
