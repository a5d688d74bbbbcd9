# `make` lists the targets. Everything happens in .venv, with the versions and hashes of the lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTS ?=

.DEFAULT_GOAL := help
.PHONY: help run demo test audit bench-page bench-hostile lint types train evaluate bench bench-classifier bench-watch bench-list faults crash-matrix migrate screenshots lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run ## Start the service on http://127.0.0.1:8000
	@exec $(BIN)/zuruf serve

demo: $(VENV)/.run ## Start it with a demo mailbox, in a data directory of its own
	@exec $(BIN)/zuruf demo

test: $(VENV)/.test ## Install what the tests need and run them all (TESTS=... for some)
	@sh tests/install_servers.sh
	@$(BIN)/pytest $(TESTS)

lint: $(VENV)/.test ## Style, formatting and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: $(VENV)/.test ## Types, strictly
	@$(BIN)/mypy

train: $(VENV)/.run ## Rebuild both models from their corpora
	@$(BIN)/python -m classifier.train
	@$(BIN)/python -m classifier.answers.train

evaluate: $(VENV)/.test ## Measure the classifier, beside others, and renew docs/classifier.md
	@sh benchmarks/install_peers.sh bogofilter:bogofilter
	@$(BIN)/python -m classifier.evaluate

bench: bench-classifier bench-watch bench-list ## Run the benchmarks

bench-classifier: $(VENV)/.test ## Time the classifier beside bogofilter and SpamAssassin (installed where possible)
	@sh benchmarks/install_peers.sh bogofilter:bogofilter spamassassin:spamassassin
	@$(BIN)/python -m benchmarks.classifier_speed

bench-watch: $(VENV)/.test ## Time watching on a private Dovecot, beside mbsync and imap_tools; renews docs/performance.md (20 min)
	@sh tests/install_servers.sh
	@sh benchmarks/install_peers.sh isync:mbsync
	@$(BIN)/python -m benchmarks.watch

bench-list: $(VENV)/.test ## Time the list of sends at 200,000 sends on SQLite and PostgreSQL; renews docs/performance.md
	@sh tests/install_servers.sh
	@$(BIN)/python -m benchmarks.list_speed

bench-page: $(VENV)/.test ## What a first visit of a page costs in a browser; renews docs/performance.md
	@sh tests/install_servers.sh
	@$(BIN)/python -m benchmarks.page_paint

bench-hostile: $(VENV)/.test ## What mails made to cost time cost; renews docs/performance.md
	@$(BIN)/python -m benchmarks.hostile_mail

audit: $(VENV)/.test ## Look the locked packages up among known vulnerabilities (asks the service of pip-audit)
	@$(BIN)/pip-audit --disable-pip --require-hashes -r requirements.lock

faults: $(VENV)/.test ## Half an hour of random faults between service and mail server, and a long model check
	@sh tests/install_servers.sh
	@ZURUF_TEST_FAULT_MAILBOXES=100 ZURUF_TEST_FAULT_SECONDS=1800 $(BIN)/pytest tests/faults
	@ZURUF_TEST_MODEL=300 $(BIN)/pytest tests/model

crash-matrix: $(VENV)/.test ## kill -9 at every point 20 times and 500 times at random; renews docs/reliability.md (an hour)
	@sh tests/install_servers.sh
	@$(BIN)/python -m tests.crash --write

migrate: $(VENV)/.run ## Bring the database to this version
	@$(BIN)/zuruf migrate

screenshots: $(VENV)/.test ## Take the README's pictures again
	@sh tests/install_servers.sh
	@$(BIN)/python docs/screenshots.py

lock: ## Renew the lock files (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --generate-hashes \
		--extra demo --extra install pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --generate-hashes \
		--all-extras -c requirements.lock pyproject.toml -o requirements-test.lock

clean: ## Remove the virtual environment and caches; data stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Zuruf needs Python 3.11 or later; install it, or name it: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing; on Debian: apt install python3-venv"; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked dependencies (a minute or two, once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	@echo "Installing what the tests need ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@
