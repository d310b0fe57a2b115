# make help lists what there is. Only Python ≥ 3.11, make and a network are needed.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
FLASK   = $(BIN)/flask --app wsgi
# Several processes start from the same 300 modules: what the first has compiled is kept for the others.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run worker test lint bench screenshots migration

help:       ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## ?/\t/' | expand -t 14

$(VENV)/.installed: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.installed requirements-dev.txt
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements-bench.txt
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements-bench.txt
	@touch $@

setup: $(VENV)/.installed ## install what running needs
	@$(BIN)/python scripts/browser_packages.py

run: setup   ## the whole site with demo data on http://127.0.0.1:5000 (HOST, PORT, PUBLIC_URL and DEMO change that)
	@DEMO=$${DEMO:-1} $(FLASK) serve

worker: setup ## only the worker, for a web server that runs elsewhere
	@$(FLASK) worker

lint: $(VENV)/.dev ## ruff, the import contract, and migrations that say what the models say
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	@export INSTANCE_PATH=$$(mktemp -d); $(FLASK) db upgrade && $(FLASK) db check; code=$$?; rm -rf $$INSTANCE_PATH; exit $$code

test: setup $(VENV)/.dev ## run every test
	$(BIN)/pytest -n 5 --dist worksteal --durations=15 --durations-min=10

screenshots: setup $(VENV)/.dev ## pictures of the main pages into build/screenshots
	$(BIN)/python -m scripts.screenshots

bench: setup $(VENV)/.bench ## every measurement, as tables with ratios (the first run makes a million inquiries)
	$(BIN)/python -m bench

migration: $(VENV)/.installed ## a new migration from what the models say: make migration NAME=0099_words
	@export INSTANCE_PATH=$$(mktemp -d); $(FLASK) db upgrade && $(FLASK) db migrate --rev-id $(NAME) -m "$(NAME)"; code=$$?; rm -rf $$INSTANCE_PATH; exit $$code
