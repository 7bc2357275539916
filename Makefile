# The commands a person needs. Everything they use is installed into .venv from the locked requirements.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
NEXT := .venv-wagtail8
PORT ?= 8000
export GONGKAI_DATA ?= $(CURDIR)/var
# Compiled modules are kept, whatever the environment says: many short-lived processes import the same ones.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test test-sqlite test-postgres test-browser test-wagtail8 check bench bench-postgres screenshots lock clean help

help: ## List these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(VENV)/.run: requirements/base.txt pyproject.toml
	@test -x $(BIN)/python || scripts/venv $(VENV) $(PYTHON)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@scripts/fonts $(VENV)/share/fonts $(BIN)/python
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

run: $(VENV)/.run ## Install, load the demo city, publish it and serve it on http://127.0.0.1:8000 (PORT=8010: there)
	@GONGKAI_DEMO_MARK=1 $(BIN)/gongkai demo serve --port $(PORT)

# Which run ends last and alone leaves a core idle: the longer one is, the less it steps back.
test: $(VENV)/.dev ## Everything: lint, types, contracts, tests on SQLite and PostgreSQL, browser tests
	@$(MAKE) --no-print-directory -j3 --output-sync=target SECOND="nice -n 4" THIRD="nice -n 10" test-sqlite test-postgres test-browser check

test-sqlite: $(VENV)/.dev
	$(BIN)/python -m pytest -m "not browser"

test-postgres: $(VENV)/.dev
	GONGKAI_TEST_DATABASE=postgres $(SECOND) $(BIN)/python -m pytest -p no:cacheprovider -m "not browser and not fault"

# The files that have such tests: reading all the others takes as long as many of the tests.
BROWSER_TESTS = tests/browser $(shell grep -rl --include='test_*.py' 'mark\.browser' tests)

test-browser: $(VENV)/.dev
	@scripts/browser
	$(THIRD) $(BIN)/python -m pytest -p no:cacheprovider -m browser $(BROWSER_TESTS)

$(NEXT)/.dev: requirements/wagtail8.txt pyproject.toml
	@test -x $(NEXT)/bin/python || scripts/venv $(NEXT) $(PYTHON)
	$(NEXT)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/wagtail8.txt
	$(NEXT)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

test-wagtail8: $(NEXT)/.dev ## The workbench and what stands on Wagtail, on the next Wagtail; no part of "make test"
	$(NEXT)/bin/python -m pytest -p no:cacheprovider -m "not browser and not fault" tests/shell tests/wings/publishing

check: $(VENV)/.dev ## Lint, types and import contracts only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

bench: $(VENV)/.dev ## Measure everything against its target
	@scripts/bench-tools
	$(BIN)/gongkai bench --write docs/performance.md --as "make bench"

# What does not touch the database (search, press, serving, calendar, letters) is the same as in make bench.
ON_THE_DATABASE := notices case worklist requests remedies figures report catalogue redaction demo

bench-postgres: $(VENV)/.dev ## What works on the database, on a PostgreSQL of its own
	$(BIN)/python scripts/on_postgres.py $(BIN)/gongkai bench $(ON_THE_DATABASE) \
	  --write docs/performance.md --as "make bench-postgres"

screenshots: $(VENV)/.dev ## Make the pictures the README shows
	@scripts/browser
	$(BIN)/python scripts/screenshots.py

lock: $(VENV)/.dev ## Renew requirements/*.txt from *.in
	cd requirements && for set in base dev; do \
	  ../$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 $$set.in -o $$set.txt; done; \
	../$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 --override wagtail8.in dev.in -o wagtail8.txt

clean: ## Remove the virtual environment and caches; data in var/ stays
	rm -rf $(VENV) $(NEXT) build .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
