# als-screen. `make demo` and `make test` set everything up by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
CORES ?= all

.PHONY: help setup demo test lint fix lock sbom clean

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
	@./.ci/system-packages "$(PYTHON)" chromium pdftotext munged slurmctld fusermount3 strace
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(PYTEST_ARGS)

lint: $(READY_DEV)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/snakefmt --check Snakefile workflow

fix: $(READY_DEV) ## repair what can be repaired: format, imports, simple lint
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/snakefmt Snakefile workflow

$(READY): requirements.lock pyproject.toml
	@./.ci/system-packages "$(PYTHON)"
	@test -x $(BIN)/python || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP) --use-pep517 --require-hashes -r requirements.lock
	@$(PIP) --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(READY_DEV): requirements-dev.lock $(READY)
	@$(PIP) --use-pep517 --require-hashes -r requirements-dev.lock
	@touch $@

# psycopg2 and ipython are named by hgvs but never imported here; leaving them out spares a compiler.
COMPILE := uv pip compile --quiet --generate-hashes --python-version 3.11 --no-emit-index-url \
    --no-emit-package psycopg2 --no-emit-package ipython --custom-compile-command "make lock"

lock: ## resolve the dependencies anew into the two lock files (needs uv)
	$(COMPILE) --upgrade -o requirements.lock pyproject.toml
	$(COMPILE) --upgrade --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

sbom: $(READY_DEV) ## the bill of materials of a release (CycloneDX), from the lock file
	@$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
	    --output-format JSON --output-file als-screen.cdx.json

clean: ## remove results and demo inputs (not .venv)
	rm -rf results demo logs .snakemake
