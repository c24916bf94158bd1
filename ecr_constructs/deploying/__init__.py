"""What the role needs that runs `cdktf deploy`: a least-privilege policy, told from what an app synthesised.

Pure: it reads Terraform's JSON and nothing else. What a Terraform resource needs is said once, in `table`.

- `kinds`: how the table says what a type of resource needs.
- `table`: what each type needs, a file for each subject.
- `subjects`: one resource of a stack, with its values as far as they are known before an apply.
- `states`: what the backend and the remote states need.
- `keys`: the KMS keys that are used through other services.
- `derive`: stacks in, what whoever acts may do out.
- `statements`: that as few statements as say the same, in documents that IAM takes.
- `files`: the documents as files.
"""

from __future__ import annotations

__all__: list[str] = []
