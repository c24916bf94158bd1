"""What AWS decides of a request, told from policies: whether they allow it, refuse it, or do not say enough.

Pure logic, as AWS describes it, of policies that are known. What they leave open stays open: every test has three
answers, and an answer that depends says on what.

- `truth`: true, false and unknown.
- `wildcards`: patterns of actions, resources and texts.
- `comparisons`: how a condition compares one value with another.
- `operators`: the conditions of a statement.
- `clauses`: statements in one form, whether they are ours or a document's.
- `requesters`: who asks, and what is known of the request.
- `evaluate`: the decision about one action.
- `abilities`: the decision about pulling, pushing, reading, deleting and administering.
"""
