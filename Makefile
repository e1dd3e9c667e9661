# als-screen. `make demo` and `make test` set everything up by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CORES ?= all

.PHONY: help setup demo test lint fix lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: $(READY) ## everything that the demo and real runs need, in .venv, and the demo's input files
	@$(BIN)/als-screen demo --make demo

demo: setup ## screen the simulated demo cohort and hold the reports against the expected answers
	@$(BIN)/als-screen run --cores $(CORES) || test $$? -eq 3
	@$(BIN)/als-screen demo --check results
	@echo "The demo is complete: the patients that were made to fail are named above."
	@echo "Open results/cohort/report.html; the patients' reports are below results/reports/."

test: setup lint ## all checks and all tests
	@./.ci/system-packages "$(PYTHON)" chromium
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(PYTEST_ARGS)

lint: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/snakefmt --check Snakefile workflow

fix: $(READY) ## repair what can be repaired: format, imports, simple lint
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/snakefmt Snakefile workflow

$(READY): requirements.lock pyproject.toml
	@./.ci/system-packages "$(PYTHON)"
	@test -x $(BIN)/python || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --use-pep517 --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

# psycopg2 and ipython are named by hgvs but never imported here; leaving them out spares a compiler.
lock: ## resolve the dependencies anew into requirements.lock (needs pip-tools)
	pip-compile --quiet --generate-hashes --strip-extras --extra dev --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --no-emit-options \
	    --unsafe-package psycopg2 --unsafe-package ipython -o requirements.lock pyproject.toml

clean: ## remove results and demo inputs (not .venv)
	rm -rf results demo logs .snakemake
