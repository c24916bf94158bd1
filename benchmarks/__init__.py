"""How long synthesis takes on either engine, beside the bindings as shipped and beside aws-cdk: `make bench`.

- `__main__`: measures everything, and writes what docs/performance.md shows.
- `cases`: what is measured, and what is asked of it.
- `measure`: whole processes, measured in turn.
- `peers`: the environments of aws-cdk and matplotlib, below `.bench`.
- `report`: the figures as tables and as JSON.
- `scale`: a thousand repositories deployed into the sandbox: `python -m benchmarks.scale`.
- `lifecycle`: a policy of 50 rules on 100,000 images: `python -m benchmarks.lifecycle`.
- `review`: a review of a change of 50 environments, beside their validation: `python -m benchmarks.review`.
- `programs`: what is run and measured, each a script of its own.
"""
