# `make demo` runs the study of config/config.yaml; `make test` runs the tests, and `make test-cluster` (as root, on
# Debian with SLURM) those on a real SLURM; .ci/run runs both. Each makes the virtual environment it needs from the
# lock, once.
PYTHON ?= python3
VENV := .venv
BIN := $(abspath $(VENV))/bin
export PATH := $(BIN):$(PATH)
PIP := $(BIN)/python -m pip --disable-pip-version-check install

.PHONY: demo test test-cluster quick lint lock clean-env

demo: $(VENV)/ready
	snakemake --cores all

test: $(VENV)/ready-to-test lint
	pytest -n 2 --dist loadfile -m "not cluster"

test-cluster: $(VENV)/ready-to-test
	pytest -m cluster

quick: $(VENV)/ready-to-test
	pytest -n 2 --dist loadfile -m "not slow"

lint: $(VENV)/ready-to-test
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile workflow
	snakemake --lint

lock: $(VENV)/ready-to-test
	python envs/lock.py

$(VENV)/ready: envs/lock.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "error: $(PYTHON) is not Python 3.11, 3.12 or 3.13; give one: make PYTHON=python3.12"; exit 1; }
	@echo "Making the environment in $(VENV) (several minutes and 6 GB, once) ..."
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r envs/lock.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-to-test: $(VENV)/ready envs/lock-test.txt
	@echo "Adding what the tests need ..."
	$(PIP) --require-hashes -r envs/lock-test.txt
	@touch $@

clean-env:
	rm -rf $(VENV)
