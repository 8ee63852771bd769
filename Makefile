# Set-up in two commands: `make demo` and `make test`. Everything happens in .venv beside this file.
PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --no-compile

.PHONY: help demo test test-long bench lint format assets screenshots lock clean

help:
	@echo "make demo         everything with a made-up provider, on http://localhost:8000"
	@echo "make test         what has to pass before a change goes in, some minutes"
	@echo "make test-long    the tests that take longer; keeps the result in docs/long-tests.md"
	@echo "make bench        speed and size, as ratios within one run"
	@echo "make lint         ruff, mypy, import-linter; make format mends what ruff can"
	@echo "make assets       build the style sheet and the script anew"
	@echo "make screenshots  take the README's pictures anew"
	@echo "make lock         the newest packages that go together, into constraints.txt"
	@echo "make clean        remove .venv and var: the demo's data too"

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Hearback needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv --clear .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing Hearback into .venv; the first time takes a few minutes."
	@$(PIP_INSTALL) --constraint constraints.txt --editable .
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing Hearback and what its tests need into .venv; the first time takes a few minutes."
	@$(PIP_INSTALL) --constraint constraints.txt --editable '.[dev]'
	@touch $@ .venv/installed

demo: .venv/installed
	@exec $(BIN)/hearback demo

test: lint
	@$(BIN)/python -m tests.run

test-long: .venv/installed-dev
	@$(BIN)/python -m tests.run --long

bench: .venv/installed-dev
	@$(BIN)/hearback bench

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

assets: .venv/installed-dev
	$(BIN)/python -m dashboard.assets

screenshots: .venv/installed-dev
	$(BIN)/python -m tests.browser.screenshots

lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install --editable '.[dev]'
	build/lock/bin/python -m pip freeze --exclude-editable > constraints.txt && rm -rf build/lock

clean:
	rm -rf .venv var build *.egg-info
