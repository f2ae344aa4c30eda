# octopus: every way of starting, testing and building it. `make help` lists them.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run dev build test check lint format types architecture generate generate-check bench chaos peers screenshot lock clean tools browser

# The first Python on this machine that is new enough; `make PYTHON=...` chooses another.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
BOOTSTRAP = $(if $(PYTHON),$(PYTHON),$(error octopus needs Python 3.11 or newer and found none: install it, or name it with `make PYTHON=/path/to/python3.11`)) -m scripts.bootstrap

# The checkout's own programs come first in every recipe.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
NPM = cd frontend && npm
SOURCES = backend tests scripts $(wildcard benchmarks)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: build ## Install what is missing, build the editor, start octopus (ARGS="--port 9000" are its options)
	@exec octopus serve $(ARGS)

dev: tools ## Start server and editor with hot reload of both
	@exec python -m scripts.dev $(ARGS)

build: ## Install the locked packages and build the editor into the Python package
	@$(BOOTSTRAP) build

test: browser build tools ## Run all tests: the editor's, then the server's with real runs and a real browser
	@$(NPM) test
	@pytest -n 2 --dist loadscope --no-loadscope-reorder $(PYTEST_ARGS)

check: browser tools lint types architecture generate-check test ## Everything CI runs: lint, types, architecture, generated files, build, tests

lint: tools ## Look for mistakes and for lines that `make format` would change
	@ruff check $(SOURCES)
	@ruff format --check $(SOURCES)
	@$(NPM) run lint
	@$(NPM) run format:check

format: tools ## Put all sources into the one form
	@ruff check --fix-only $(SOURCES)
	@ruff format $(SOURCES)
	@$(NPM) run format

types: tools ## Check the types of Python (mypy --strict) and TypeScript
	@mypy
	@$(NPM) run types

architecture: tools ## Check who may import whom, in server and editor
	@lint-imports --no-logo --no-cache
	@$(NPM) run architecture

generate: tools ## Write what is generated: step library, OpenAPI, TypeScript types, tables in the docs
	@python -m scripts.generate

generate-check: tools ## Fail if a generated file is not what `make generate` would write
	@python -m scripts.generate --check

bench: build tools ## Measure the figures of docs/benchmarks.md on this machine
	@python -m benchmarks $(ARGS)

chaos: build tools ## Kill server, supervisors and steps at random, then check every promise (ARGS="--minutes 10")
	@python -m tests.chaos $(ARGS)

peers: tools ## Run exports in Airflow and Kubeflow Pipelines, installed beside (ARGS are pytest's options)
	@OCTOPUS_PEERS=1 pytest tests/peers $(ARGS)

screenshot: browser build tools ## Take the README's picture from the running product
	@python -m scripts.screenshot $(ARGS)

lock: tools ## Pin what pyproject.toml asks for (ARGS=--upgrade: to the newest versions)
	@python -m scripts.lock $(ARGS)

clean: ## Remove all that make has made here; your data stays where it is
	rm -rf .make .venv dist frontend/node_modules frontend/coverage backend/octopus/web
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	find backend scripts tests -name __pycache__ -prune -exec rm -rf {} +

tools: ## Install what tests and checks need
	@$(BOOTSTRAP) tools

browser: ## See to it that the tests find a real browser
	@$(BOOTSTRAP) browser
