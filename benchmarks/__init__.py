"""How long synthesis takes, beside the bindings as shipped and beside aws-cdk: `make bench`."""
