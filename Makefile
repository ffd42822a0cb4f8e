# make run    set up everything and start the program
# make test   set up everything and run lint, types, layers and all tests
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

PY := .venv/bin/python
# Tests and tools write Japanese whatever the machine's language is.
export PYTHONUTF8 := 1

.PHONY: help
help: ## show these lines
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

.PHONY: run
run: ## set up everything and start the program (without a screen: the main job, into out/)
	@bash scripts/setup.sh run
	@bash scripts/run.sh

.PHONY: test
test: ## set up everything; lint, types, layers and all tests
	@bash scripts/setup.sh test
	@$(MAKE) lint-only types-only tests-only

.PHONY: lint
lint: ## lint, format and types only
	@bash scripts/setup.sh test
	@$(MAKE) lint-only types-only

.PHONY: lint-only
lint-only:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

.PHONY: types-only
types-only:
	$(PY) -m mypy

# Both cores. The layers are tests too: tests/test_architecture.py. The slowest are named, because the whole run takes ten
# minutes.
.PHONY: tests-only
tests-only:
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n auto --dist worksteal --durations=12 --durations-min=4

.PHONY: bench
bench: ## print ratios against plain libraries, measured in one run
	@bash scripts/setup.sh test
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest -s -o python_files='bench_*.py' tests/benchmarks

# How many times as many faults as `make test` injects: 20 makes 1,000 kills per flow out of 50.
WELFARE_FAULTS ?= 20

.PHONY: faults
faults: ## the fault injection runs at full length, with their figures (WELFARE_FAULTS=20 times the usual); properties with new examples
	@bash scripts/setup.sh test
	@QT_QPA_PLATFORM=offscreen WELFARE_FAULTS=$(WELFARE_FAULTS) $(PY) -m pytest -s tests/faults
	@QT_QPA_PLATFORM=offscreen WELFARE_FAULTS=$(WELFARE_FAULTS) $(PY) -m pytest -n auto -m hypothesis tests

.PHONY: screenshots
screenshots: ## draw docs/screenshot.png anew
	@bash scripts/setup.sh run
	@bash scripts/screenshots.sh

.PHONY: lock
lock: ## write both lock files anew from pyproject.toml
	@bash scripts/lock.sh

.PHONY: clean
clean: ## take away everything that make has made
	rm -rf .venv out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find welfare_desktop db tests -name __pycache__ -type d -prune -exec rm -rf {} +
