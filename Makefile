# A fresh machine needs Python 3.11 or newer and make; the rest is installed into .venv.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: verify audit test bench bench-cookbook bench-coq bench-sympy clean

# Check the shipped library, and that the false variants of it are refuted.
verify: $(INSTALLED)
	$(BIN)/derive check theorems tests/corpus

# Check the stored certificates of the library again, without any search.
audit: $(INSTALLED)
	$(BIN)/derive audit

# Lint, types, tests.
test: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 -q

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks

# How much of The Matrix Cookbook is proved.
bench-cookbook: $(INSTALLED)
	$(BIN)/python -m benchmarks cookbook

# Whether Coq accepts the library's arithmetic, and rejects mutants of it.
bench-coq: $(INSTALLED)
	$(BIN)/python -m benchmarks coq

# What SymPy proves, disproves and takes beside us.
bench-sympy: $(INSTALLED)
	$(BIN)/python -m benchmarks sympy

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Installed anew when pyproject.toml has changed.
$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "setting up .venv"; $(PYTHON) -m venv .venv; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -e '.[test]'
	@touch $@
