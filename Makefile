# make build   make a virtual environment, install fonds, build the dump of corpus/
# make test    install what the tests need and run them
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: build test check docs expected clean

build: $(VENV)/.installed
	$(BIN)/fonds build corpus -o dump

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

# style, types, and that the generated pages are those of the code
check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python docs/reference.py --check

# docs/cli.md from the help, and the output shown on the pages, as they are now
docs: $(VENV)/.installed-dev
	$(BIN)/python docs/reference.py
	$(BIN)/python docs/pages.py

# the Turtle that tests compare builds with: read the difference before you commit it
expected: build
	mkdir -p corpus/expected
	rm -f corpus/expected/*.ttl
	cp dump/documents/*.ttl corpus/expected/

clean:
	rm -rf $(VENV) dump dump.state build dist .mypy_cache .ruff_cache .pytest_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "fonds needs Python 3.11 or later; name one with: make PYTHON=python3.12 …" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed
