# `make run` shows the site, `make test` runs the tests. Every other target is in `make help`.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/stamp
ENGINE ?= $(shell command -v podman || command -v docker)

.DEFAULT_GOAL := help
.PHONY: help setup run test test-long bench lint types imports format lock check-lock image clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

# Where Python is told to write no bytecode, as in many containers, each process would compile the application anew.
setup: $(STAMP) ## put the locked packages into .venv (done by the others when needed)
	@$(BIN)/python -m compileall -q app

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1 | head -n 1). Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Setup: the packages of requirements.lock go into .venv; this takes a minute, and is done again only when they change."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)
	@echo "Setup: done."

run: setup ## read content/ into the index, then serve the site
	@$(BIN)/hindsight ingest || echo "Not everything could be read in (see above). The site starts with what it has."
	@exec $(BIN)/hindsight serve

test: setup ## every test but the long ones; ARGS="-k word" narrows them
	@.ci/browser
	$(BIN)/python -m pytest -m "not long and not bench" $(ARGS)

test-long: setup ## the tests that take minutes
	@.ci/browser
	HINDSIGHT_LONG=1 $(BIN)/python -m pytest -m long $(ARGS)

bench: setup ## the measurements, beside what was aimed at; ARGS="engine --sizes 10000" narrows them
	$(BIN)/python -m tests.bench $(ARGS)

lint: setup ## format, lint rules and spelling, changing nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/codespell content docs templates *.md

types: setup ## mypy, strict
	$(BIN)/mypy --strict app

imports: setup ## the tiers and fences of ARCHITECTURE.md
	@NO_COLOR=1 $(BIN)/lint-imports

format: setup ## format, and mend what the lint rules can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

# Versions already locked stay unless pyproject.toml no longer admits them; UPGRADE=1 takes the newest.
lock: | $(BIN)/uv ## write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra bench --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-config --quiet $(if $(UPGRADE),--upgrade) --output-file requirements.lock

$(BIN)/uv:
	@$(MAKE) --no-print-directory setup

check-lock: setup ## does requirements.lock fit pyproject.toml?
	@$(BIN)/python .ci/check_lock.py

image: ## build the container image `hindsight` with podman or docker
	@test -n "$(ENGINE)" || { echo "Neither podman nor docker is on PATH."; exit 1; }
	$(ENGINE) build --file Containerfile --tag hindsight .

clean: ## remove .venv and caches; var/ and index/ stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info
	find app tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
