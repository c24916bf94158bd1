"""What a change of environment files comes to, told before anybody approves it: `ecr-constructs review`.

What is compared and what comes of it:

- `run`: a review from what a command line names.
- `sides`: revisions, directories and the working tree, read.
- `change`: the two sides of a change.
- `stored`: states and synthesised stacks in place of a base.
- `finding`: one consequence.
- `judge`: every consequence.
- `templates`: which creation template a prefix gets.
- `said`: where a change is said.
- `wanted`: what an environment has one of at most.
- `report`: what was found, put together.
- `formats`: how it is told.

Who judges, a module or a package for each subject:

- `deletes`: repositories that are destroyed or replaced.
- `protection`: what protects their images no more.
- `adoption`: repositories that are there already and are taken over.
- `retention`: images that another policy newly expires.
- `replicas`: replicas that go with their source.
- `replication`: the replication of deletions, which an apply switches off.
- `pull_times`: pulls that newly do not count, so that images look unused.
- `access`: who is let in, and who is shut out.
- `public`: public repositories, new ones and those that go.
- `tags`: tags that can be moved.
- `parameters`: parameters that go or move, and URLs that change.
- `readers`: who reads parameters.
- `states`: states, accounts and regions that move.
- `renamed`: environments by another name.
- `identities`: policies and identity providers that go.
- `permissions`: what roles and policies may do besides, and what bounds them.
- `deployments`: what is deployed no more, or by something else.
- `registry`: caches, templates and replication that go.
- `pushes`: repositories that a push newly makes, or makes no more.
- `keys`: keys and secrets that are deleted.
- `endpoints`: VPC endpoints that go.
- `watching`: scans, findings, alerts and failures that are watched less.
- `encryption`: weaker encryption.
- `costs`: what becomes dearer.
"""
