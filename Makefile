# SPDX-License-Identifier: Apache-2.0
# make run, make test: each does all the set-up that it needs, on a system with python3 (3.11 or
# later) and make. No apt package is needed: not for run, not for test.

PYTHON ?= python3
VENV   := .venv
STUBS  := build/stubs
LABGRID := build/labgrid
BIN    := $(VENV)/bin

# Wheels only: nothing compiles on the way.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --only-binary :all:

.DEFAULT_GOAL := help
.PHONY: help run test test-emulated setup check lint types format clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## run the device: the simulated board, and its painted screen in the browser
	@$(BIN)/phosphene run

# Boards in real time on cores that others use, too: a test that fails is tried twice more, and named at the end.
TRIES := --reruns 2 --reruns-delay 3

test: check $(LABGRID)/.setup ## lint, check types and run every test
	@$(BIN)/python -m pytest $(TRIES)
	@$(BIN)/python -m pytest $(TRIES) hil/suites
	@$(BIN)/python -m pytest $(TRIES) --phosphene-rig sim-bench hil/suites/test_[36]*.py

EMULATOR := gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm

test-emulated: $(VENV)/.setup-dev ## the firmware on an emulated Cortex-M3; installs compiler and QEMU with apt-get where they are missing
	@command -v arm-none-eabi-gcc >/dev/null && command -v qemu-system-arm >/dev/null || \
		$$([ $$(id -u) = 0 ] || echo sudo) apt-get install --yes --no-install-recommends $(EMULATOR)
	@PHOSPHENE_EMULATED=1 $(BIN)/python -m pytest $(TRIES) tests/emulated
	@$(BIN)/python -m pytest $(TRIES) --phosphene-rig emulated --timeout 300 hil/suites/test_[1-5]*.py

setup: $(VENV)/.setup ## make .venv with the phosphene command

check: lint types ## lint and check types, firmware included

lint: $(VENV)/.setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "ruff format: some files differ; cure: make format"; exit 1; }

types: $(VENV)/.setup-dev $(STUBS)/.setup
	@$(BIN)/basedpyright
	@$(BIN)/basedpyright --project tools/typecheck/coprocessor.json
	@$(BIN)/basedpyright --project tools/typecheck/shim.json

format: $(VENV)/.setup-dev ## lay out the source with ruff
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

clean: ## remove everything that make made
	rm -rf $(VENV) build dist .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Set-up is done again when the list of dependencies has changed.
$(VENV)/.python: tools/make_venv.py tools/pip/SHA256SUMS
	@echo "set-up: virtual environment"
	@$(PYTHON) tools/make_venv.py $(VENV)
	@touch $@

$(VENV)/.setup: pyproject.toml $(VENV)/.python
	@echo "set-up: phosphene and what it needs"
	@$(PIP) --editable '.[speech]'
	@touch $@

$(VENV)/.setup-dev: $(VENV)/.setup
	@echo "set-up: test bench, linter, type checker"
	@$(PIP) --editable '.[hil,dev]'
	@touch $@

$(STUBS)/.setup: $(VENV)/.setup
	@echo "set-up: types of MicroPython's modules"
	@rm -rf $(STUBS)
	@$(PIP) --target $(STUBS) --group stubs
	@touch $@

$(LABGRID)/.setup: pyproject.toml tools/make_venv.py
	@echo "set-up: labgrid"
	@$(PYTHON) tools/make_venv.py $(LABGRID)
	@$(LABGRID)/bin/python -m pip --disable-pip-version-check --quiet install --only-binary :all: --group labgrid
	@touch $@
