"""New logical names: the state follows, and a name in ECR never changes unnoticed."""

from __future__ import annotations

import pytest

TOP = "project: shop\nenv: dev\nregion: us-east-1\n"


@pytest.mark.parametrize(
    "text",
    [
        "ecr_repositories: {web: {renamed_from: site, repository_name: shop-dev-site}}\n",
        "ecr_repositories: {web: {renamed_from: site, allow_replacement: true}}\n",
        "services: [{name: web, renamed_from: service_site, repository_name: shop_service_site}]\n",
        "backend: {renamed_from: api, repository_name: shop-dev-api}\n",
    ],
)
def test_a_new_logical_name_goes_with_the_old_name_in_ecr_or_with_leave_to_replace(declare, text):
    (repository,) = declare(text).repositories.values()
    assert repository.options.renamed_from is not None


# What the file says, and what is reported of it.
MISTAKES = {
    "another_name_in_ecr": (
        "ecr_repositories:\n  web: {renamed_from: site}\n",
        "dev.yaml:5: ecr_repositories.web.renamed_from: must not change the name in ECR to shop-dev-web, which deletes",
        "the images. Add repository_name with the name that it has (shop-dev-site, if the file did not say one), or",
        "allow_replacement: true if the images may go. [rename-replaces]",
    ),
    "another_name_of_a_workload": (
        "tasks:\n  - {name: report, renamed_from: task_stats}\n",
        "dev.yaml:5: tasks[0].renamed_from: must not change the name in ECR to shop_task_report, which deletes the",
        "images. Add repository_name with the name that it has (shop_task_stats, if the file did not say one), or",
        "allow_replacement: true if the images may go. [rename-replaces]",
    ),
    "a_workload_that_was_none": (
        "services:\n  - {name: web, renamed_from: web}\n",
        "dev.yaml:5: services[0].renamed_from: must not change the name in ECR to shop_service_web, which deletes the",
        "images. Add repository_name with the name that it has (shop-dev-web, if the file did not say one), or",
        "allow_replacement: true if the images may go. [rename-replaces]",
    ),
    "a_source_that_is_still_there": (
        "ecr_repositories:\n  site:\n  web: {renamed_from: site, allow_replacement: true}\n",
        "dev.yaml:6: ecr_repositories.web.renamed_from: must be the logical name of no repository that is still there,",
        "got 'site'. Name the one that became this one, or remove the key. [rename-source]",
    ),
    "itself": (
        "ecr_repositories:\n  web: {renamed_from: web}\n",
        "dev.yaml:5: ecr_repositories.web.renamed_from: must be the logical name of no repository that is still there,",
        "got 'web'. Name the one that became this one, or remove the key. [rename-source]",
    ),
    "two_from_one": (
        "ecr_defaults: {allow_replacement: true}\ntasks: [{name: a, renamed_from: c}, {name: b, renamed_from: c}]\n",
        "dev.yaml:5: tasks[1].renamed_from: must be what one repository was called; task_a was c too. Remove one of",
        "the two. [rename-taken]",
    ),
    "all_from_one": (
        "ecr_defaults: {renamed_from: site}\n",
        "dev.yaml:4: ecr_defaults.renamed_from: must not be a default, got 'site'. Say it of one repository.",
        "[rename-default]",
    ),
    "adopted_as_well": (
        "ecr_repositories:\n  web: {renamed_from: site, repository_name: site, adopt: true}\n",
        "dev.yaml:5: ecr_repositories.web.renamed_from: must not come with adopt, got both. Adopt what other tools",
        "made, rename what this state has. [rename-adopted]",
    ),
    "another_stack": (
        "ecr_shards: 8\necr_repositories:\n  web: {renamed_from: site, repository_name: site}\n",
        "dev.yaml:6: ecr_repositories.web.renamed_from: must be a name of the same stack: site is in dev-6, web in",
        "dev-2. Choose another name, or move the state by `terraform state mv` and remove the key. [rename-stack]",
    ),
    "a_name_that_ecr_does_not_take": (
        "ecr_repositories:\n  web: {renamed_from: Site}\n",
        "dev.yaml:5: ecr_repositories.web.renamed_from: must be a name that ECR takes, got 'Site'. Use lowercase",
        "letters and digits, joined by single '.', '_', '__' or '-', in parts divided by '/', 2 to 256 characters in",
        "all. [logical-name]",
    ),
}


@pytest.mark.parametrize(
    ("text", "message"), [(text, " ".join(words)) for text, *words in MISTAKES.values()], ids=MISTAKES.keys()
)
def test_a_rename_that_would_lose_images_or_state_is_refused(messages, text, message):
    assert messages(dev=TOP + text) == [message]
