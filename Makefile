# Everything a person or a build machine does here. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
DBT_VENV := $(VENV)-dbt
SPARK_VENV := $(VENV)-spark
SERVERS := .servers
WORKERS ?= 2
ARGS ?=

SOURCES := headwater tests bench examples docs
PYTHONS := python3.11 python3.12 python3.13 python3
PLAIN := -m "not slow and not service"
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help run test check format bench oracle golden outliers docs clean

help: ## List what make can do here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.installed-run ## Install what is needed and run the demo; ARGS="--no-serve" ends after the story
	@$(BIN)/headwater demo $(ARGS)

test: $(VENV)/.installed-dev $(DBT_VENV)/.installed $(SPARK_VENV)/.installed $(SERVERS)/.installed ## Run every test, slow and service ones included; ARGS go to pytest, HYPOTHESIS_PROFILE=thorough tries far more
	@PATH="$$PATH:$(abspath $(DBT_VENV))/bin:$(abspath $(SPARK_VENV))/bin:$(abspath $(SERVERS))" $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(VENV)/.installed-dev ## Format, lint, types, import contracts and the plain tests, under a minute
	@$(BIN)/ruff format --check $(wildcard $(SOURCES))
	@$(BIN)/ruff check $(wildcard $(SOURCES))
	@$(BIN)/mypy $(wildcard $(SOURCES))
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PLAIN) $(wildcard tests/unit tests/golden tests/laws tests/contracts tests/promises) $(ARGS)

format: $(VENV)/.installed-dev ## Put every file into the one layout and apply the safe lint fixes
	@$(BIN)/ruff format $(wildcard $(SOURCES))
	@$(BIN)/ruff check --fix $(wildcard $(SOURCES))

bench: $(VENV)/.installed-dev ## Measure beside the peers; BENCH=graph picks one
	@for script in $(if $(BENCH),bench/$(BENCH).py,$$(grep -l __main__ bench/*.py)); do \
		echo "== $$script"; $(BIN)/python $$script $(ARGS); done

oracle: $(VENV)/.installed-dev ## Hold the lineage of SQL against experiments, all of them (twenty minutes of processor time, on all cores); ARGS="--topic T --seeds N --fuzz N --workers N"
	@$(BIN)/python -m tests.oracle $(ARGS)

golden: $(VENV)/.installed-dev ## Write the golden files and the output shown in the docs anew, and show what changed
	@UPDATE_GOLDEN=1 $(BIN)/python -m pytest -n $(WORKERS) $(wildcard tests/golden) tests/promises/test_docs_run.py $(ARGS)
	@git --no-pager diff -- tests/golden README.md docs

outliers: $(VENV)/.installed-dev ## Show the modules, functions and classes worth a second look for their size
	@$(BIN)/python -m tests.promises.sizes

docs: $(VENV)/.installed-dev ## Generate docs/reference and docs/errors.md
	@$(BIN)/python -m docs.generate

clean: ## Remove the environment, caches and build products; homes with ledgers stay
	@rm -rf $(VENV) $(DBT_VENV) $(SPARK_VENV) $(SERVERS) .peers build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. A stamp per set of extras makes repeated calls quick; a changed pyproject.toml installs again.

$(BIN)/python:
	@for candidate in $(PYTHONS); do \
		if $$candidate -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			$$candidate -m venv $(VENV); exit 0; fi; done; \
	echo "make: cannot create $(VENV): expected Python 3.11 or newer with its venv module, tried $(PYTHONS)" >&2; \
	echo "  next: install python3.11 (on Debian and Ubuntu also python3-venv) and run make again" >&2; exit 1

$(VENV)/.installed-run: pyproject.toml | $(BIN)/python
	@echo "installing Headwater into $(VENV) (one to three minutes the first time)"
	@$(INSTALL) --editable '.[c,demo]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	@echo "installing Headwater, its development tools and the peers it is measured beside into $(VENV) (one to three minutes the first time)"
	@$(INSTALL) --editable '.[dev]'
	@touch $@ $(VENV)/.installed-run

# dbt has an environment of its own, because what it needs and what we need exclude each other.
$(DBT_VENV)/.installed: tests/dbt/requirements.txt | $(BIN)/python
	@echo "installing dbt for its tests into $(DBT_VENV) (about half a minute the first time)"
	@$(BIN)/python -m venv $(DBT_VENV)
	@$(DBT_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/dbt/requirements.txt
	@touch $@

# Spark as a server has an environment of its own, because it and the light client that Headwater uses are one package of two kinds.
$(SPARK_VENV)/.installed: tests/spark/requirements.txt | $(BIN)/python
	@echo "installing Spark for its tests into $(SPARK_VENV) (half a minute the first time)"
	@$(BIN)/python -m venv $(SPARK_VENV)
	@$(SPARK_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/spark/requirements.txt
	@touch $@

# Servers that tests talk to: an object store from the Go module proxy, Iceberg's own REST catalog and a broker of Kafka from Maven Central.
# Where a tool to get one is missing, the tests that need it are skipped, and fail where CI is set.
$(SERVERS)/.installed: tests/lakes/servers.txt tests/lakes/iceberg_rest/pom.xml tests/lakes/iceberg_rest/iceberg-rest-catalog \
		tests/lakes/kafka/pom.xml tests/lakes/kafka/kafka-broker
	@mkdir -p $(SERVERS)
	@echo "bringing the servers that tests talk to (one to three minutes the first time)"
	@if command -v go >/dev/null; then \
		while read -r module; do GOBIN="$(abspath $(SERVERS))" go install "$$module"; done < tests/lakes/servers.txt; \
	else echo "make: no object store for tests: expected go on the path" >&2; fi
	@if command -v mvn >/dev/null; then \
		mvn --quiet --batch-mode --file tests/lakes/iceberg_rest/pom.xml dependency:copy-dependencies \
			-DoutputDirectory="$(abspath $(SERVERS))/iceberg-rest"; \
		mvn --quiet --batch-mode --file tests/lakes/kafka/pom.xml dependency:copy-dependencies \
			-DoutputDirectory="$(abspath $(SERVERS))/kafka"; \
		install -m 755 tests/lakes/iceberg_rest/iceberg-rest-catalog tests/lakes/kafka/kafka-broker $(SERVERS)/; \
	else echo "make: no Iceberg REST catalog and no Kafka for tests: expected mvn on the path" >&2; fi
	@touch $@
