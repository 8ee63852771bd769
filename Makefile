# Set-up in two commands: `make demo` and `make test`. Everything happens in .venv beside this file.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test test-long bench lint assets screenshots lock clean

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Hearback needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(PIP) install --constraint constraints.txt --editable .
	touch $@

.venv/installed-dev: .venv/installed
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: .venv/installed
	@exec $(BIN)/hearback demo

test: .venv/installed-dev lint
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

assets: .venv/installed-dev
	$(BIN)/python -m dashboard.assets

screenshots: .venv/installed-dev
	$(BIN)/python -m tests.browser.screenshots

lock: .venv/installed-dev
	$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

clean:
	rm -rf .venv var build *.egg-info
