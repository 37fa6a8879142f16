# `make demo` and `make test` do all the set-up. Everything else is a short cut.

# The newest Python that we know to work, unless PYTHON names one.
PYTHON ?= $(firstword $(foreach v,3.13 3.12 3.11,$(shell command -v python$(v) >/dev/null 2>&1 && python$(v) -c '' >/dev/null 2>&1 && echo python$(v))) python3)
BIN := .venv/bin
WORKSPACE ?= data/demo
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -c constraints.txt
NEEDED_MB := 4000

.PHONY: help demo test lint notebook mlflow lock bench-env clean
.DELETE_ON_ERROR:

help:
	@echo "make demo       install, run on the bundled sample, say where the report is"
	@echo "make test       install, lint, check types and imports, run the tests"
	@echo "make notebook   open Jupyter on notebooks/, on WORKSPACE=$(WORKSPACE)"
	@echo "make mlflow     open the tracking UI on WORKSPACE=$(WORKSPACE)"
	@echo "make lock       resolve constraints.txt anew from pyproject.toml"
	@echo "make bench-env  install the peers that tests/benchmarks stand beside (.bench-venv)"
	@echo "make clean      remove the environment and the demo's workspace"

.venv: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || { echo "issuecast needs Python 3.11, 3.12 or 3.13, and '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | head -n 1): install one, or name one with 'make PYTHON=/path/to/python3.12 ...'."; exit 1; }
	@[ "$$(df -Pm . | awk 'NR == 2 {print $$4}')" -ge $(NEEDED_MB) ] || { echo "The environment needs $(NEEDED_MB) MB of disk here, and there are $$(df -Pm . | awk 'NR == 2 {print $$4}') MB: make room and try again."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "'$(PYTHON) -m venv' failed: on Debian and Ubuntu install the package python3-venv."; exit 1; }
	@echo "Installing into .venv (some minutes, 2 GB) ..."
	@$(PIP_INSTALL) -e . >.venv/install.log 2>&1 || { $(MAKE) --no-print-directory .install-failed; exit 1; }
	@touch $@

.venv/tested: .venv/installed
	@echo "Installing what the tests need ..."
	@$(PIP_INSTALL) -e '.[test]' >.venv/install.log 2>&1 || { $(MAKE) --no-print-directory .install-failed; exit 1; }
	@touch $@

.PHONY: .venv .install-failed
.install-failed:
	@if grep -qE 'No space left' .venv/install.log; then echo "The disk is full: make room and try again."; \
	elif grep -qE 'NewConnectionError|ConnectionError|ConnectTimeout|Temporary failure|Max retries|No matching distribution found' .venv/install.log; then echo "The package registry could not be reached: check the network, or pip's index-url and proxy settings (log: .venv/install.log)."; \
	else echo "The installation failed: $$(grep -E '^ERROR' .venv/install.log | tail -n 1) (log: .venv/install.log)"; fi

.venv/notebooks: .venv/installed
	@echo "Installing Jupyter ..."
	@$(PIP_INSTALL) -e '.[notebooks]' >.venv/install.log 2>&1 || { $(MAKE) --no-print-directory .install-failed; exit 1; }
	@touch $@

demo: .venv
	@$(BIN)/issuecast demo

lint: .venv/tested
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/codespell
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

test: lint
	@$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile

notebook: .venv/notebooks
	@[ -e $(WORKSPACE)/store/complaints ] || { echo "No complaints in $(WORKSPACE): 'make demo' first, or name another workspace with 'make notebook WORKSPACE=DIR'."; exit 1; }
	@ISSUECAST_WORKSPACE=$(abspath $(WORKSPACE)) $(BIN)/jupyter lab --notebook-dir=notebooks

mlflow: .venv
	@$(BIN)/mlflow server --host 127.0.0.1 --port 5000 \
	  --backend-store-uri sqlite:///$(abspath $(WORKSPACE))/mlflow/mlflow.db

lock: .venv
	@$(PIP_INSTALL) uv
	@sed -n '/^#/p' constraints.txt > .venv/constraints.head
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra test --extra notebooks \
	  --no-annotate --no-header pyproject.toml -o constraints.txt
	@cat .venv/constraints.head constraints.txt > .venv/constraints.new
	@mv .venv/constraints.new constraints.txt

# BERTopic, EVoC, statsforecast, Prophet: an environment of their own, handed work in files.
bench-env: .bench-venv/installed

.bench-venv/installed: tests/benchmarks/requirements-peers.txt
	@$(PYTHON) -m venv .bench-venv
	@echo "Installing the peers into .bench-venv (some minutes, 2 GB) ..."
	@.bench-venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input -r $<
	@touch $@

clean:
	rm -rf .venv .bench-venv data/demo
