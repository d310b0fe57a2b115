# make help lists what there is. Only Python ≥ 3.11, make and a network are needed.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
FLASK   = $(BIN)/flask --app wsgi

.PHONY: help setup run worker test lint bench migration

help:       ## this list
	@grep -hE '^[a-z]+: .*##|^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(VENV)/.installed: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.installed requirements-dev.txt
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: $(VENV)/.installed ## install what running needs
	@test ! -f scripts/browser_packages.py || $(BIN)/python scripts/browser_packages.py

run: setup   ## the whole site with demo data on http://127.0.0.1:5000 (HOST, PORT, PUBLIC_URL and DEMO change that)
	@DEMO=$${DEMO:-1} $(FLASK) serve

worker: setup ## only the worker, for a web server that runs elsewhere
	@$(FLASK) worker

lint: $(VENV)/.dev ## ruff and the import contract
	$(BIN)/ruff check .
	$(BIN)/lint-imports

test: setup $(VENV)/.dev ## run every test
	$(BIN)/pytest -n 2

migration: $(VENV)/.installed ## regenerate the initial migration (until the first release there is only one)
	rm -f migrations/versions/0001_*.py
	INSTANCE_PATH=$$(mktemp -d) $(FLASK) db migrate -m "the first tables" --rev-id 0001
