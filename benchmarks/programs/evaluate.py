"""Seconds in which a lifecycle policy of 50 rules is evaluated: `python evaluate.py IMAGES` prints them.

As large repositories are: releases, builds of branches with the commit, indexes with two images each, signatures, and a
third without a tag. Rules look for beginnings, endings and middles of tags, count and look at ages.
"""

from __future__ import annotations

import datetime
import random
import sys
import time

from ecr_constructs.core.lifecycle import LifecycleRule, check_rules
from ecr_constructs.core.lifecycle.evaluate import evaluate
from ecr_constructs.core.lifecycle.image import Image

AT = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
RULES = 50


def images(count: int) -> list[Image]:
    """Return that many images, the same in each run."""
    chance = random.Random(1)  # noqa: S311 - no secret
    found: list[Image] = []
    while len(found) < count:
        number = len(found)
        pushed = AT - datetime.timedelta(minutes=7 * number + chance.randrange(7))
        digests = [f"sha256:{chance.getrandbits(256):064x}" for _ in range(4)]
        if number % 10 == 0:
            found += [Image(digest=digest, pushed_at=pushed) for digest in digests[1:3]]
            found.append(Image(digest=digests[0], pushed_at=pushed, tags=[f"v{number}"], children=digests[1:3]))
            found.append(Image(digest=digests[3], pushed_at=pushed, subject=digests[0]))
        else:
            branch = f"team{number % 60}-{chance.choice(('main', 'dev', 'fix'))}-{digests[1][7:14]}"
            found.append(Image(digest=digests[0], pushed_at=pushed, tags=[branch] if number % 3 else []))
    return found[:count]


def rules() -> list[LifecycleRule]:
    """Return 50 rules that AWS takes."""
    found = [
        LifecycleRule(
            tag_status="tagged",
            tag_pattern_list=[(f"team{number}-*", f"*-main-*{number:x}", f"team*{number}*-dev-*")[number % 3]],
            count_type="imageCountMoreThan" if number % 2 else "sinceImagePushed",
            count_number=10 + number,
        )
        for number in range(RULES - 2)
    ]
    found.append(LifecycleRule(tag_status="untagged", count_type="sinceImagePushed", count_number=14))
    found.append(LifecycleRule(tag_status="any", count_type="imageCountMoreThan", count_number=1000))
    return found


def main() -> None:
    """Evaluate, and print how long that took."""
    policy, listed = rules(), images(int(sys.argv[1]))
    if problems := check_rules(policy):
        raise SystemExit("\n".join(map(str, problems)))
    started, busy = time.perf_counter(), time.process_time()
    outcomes = evaluate(policy, listed, at=AT)
    wall, cpu = time.perf_counter() - started, time.process_time() - busy
    gone = sum(outcome.action == "expire" for outcome in outcomes)
    sys.stdout.write(f"{len(listed)} {gone} {wall:.4f} {cpu:.4f}\n")


if __name__ == "__main__":
    main()
