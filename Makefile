# Every target sets up what it needs: a virtual environment from the hash-checked lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test check check-crm mutants format lock clean

help:
	@echo "make demo    play the main job against the sandbox, no account needed"
	@echo "make test    run all tests (BBM_SHARED=DIR adds the tests on real data)"
	@echo "make check   format, lint, types, layers, dependencies"
	@echo "make check-crm   what is installed in a CRM: schema, conversion, lint, tests (brings Node.js)"

$(VENV)/.run: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing (once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q agent bbm_core connectors sandbox
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.run
	@$(BIN)/bbm demo $(ARGS)

# Also where no compiled files are wanted: the tests start Python a hundred times over.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev
	$(BIN)/pytest $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

$(VENV)/.crm: requirements-crm.lock $(VENV)/.dev
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-crm.lock
	@touch $@

# Each folder of crm with a package.json brings its own script "check".
check-crm: export PATH := $(abspath $(BIN)):$(PATH)
check-crm: $(VENV)/.crm
	@for package in crm/*/package.json; do \
		(cd $$(dirname $$package) && npm ci --prefer-offline --loglevel=error --no-audit --no-fund && npm run --silent check) || exit 1; \
	done

mutants: $(VENV)/.dev  ## breaks the core on purpose and counts what the tests notice; half an hour
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mutants.lock
	$(BIN)/python -m benchmarks.mutants $(ARGS)

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:  ## needs uv; writes lock files that hold hashes and no addresses
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml --group build -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml --extra learn --extra optimize --group build --group dev -c requirements.lock -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group mutants -c requirements-dev.lock -o requirements-mutants.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group crm -c requirements-dev.lock -o requirements-crm.lock

clean:
	rm -rf $(VENV) mutants crm/*/node_modules crm/*/coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
