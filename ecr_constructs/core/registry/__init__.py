"""What a registry has once.

- `replication`: where images are replicated to.
- `replicated_deletions`: whether deletions are replicated there.
- `scanning`: which repositories are scanned, and how often.
- `findings`: where findings of scans go, and who may write there.
- `finding_events`: the events that tell of findings.
- `policy`: who of other accounts may do what.
- `caches`: pull-through caches.
- `upstreams`: the registries that can be cached.
- `templates`: repository creation templates.
- `pushes`: repositories that a push makes.
- `pulls`: who may pull from repositories that ECR makes by itself.
- `pull_times`: whose pulls ECR does not record.
- `account_settings`: settings of an account and region.
- `public`: repositories of ECR Public, which has a registry of its own.
"""
