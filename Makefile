# `make demo` and `make test` need nothing but Python >= 3.11 and make: the rest is set up in .venv beside this file.
SHELL := /bin/bash
PYTHON := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format bench tree libraries clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup:  ## make or refresh .venv; nothing happens when it is up to date
	@tools/set_up.sh

demo: setup  ## learn to deblur a real clip from six of its frames, and apply it to all 250
	@$(PYTHON) examples/demo.py $(DEMO)

test: setup libraries  ## the whole test suite; TESTS=tests/cli for a part of it
	@$(PYTHON) -m pytest $(TESTS)

lint: setup  ## ruff and mypy
	@$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check .
	@tools/type_check.sh

format: setup  ## put the code into ruff's layout
	@$(PYTHON) -m ruff check --fix . && $(PYTHON) -m ruff format .

bench: setup  ## how many training steps a second this machine does
	@if [ -f bench/steps.py ]; then $(PYTHON) bench/steps.py; else echo "There is no bench/steps.py in this checkout."; fi

tree: setup  ## renew the README's file tree
	@$(PYTHON) tools/file_tree.py

libraries:  ## check the system libraries of the window and its tests; install them when root
	@tools/system_libraries.sh

clean:  ## remove what was built; .venv stays
	@rm -rf build dist paircat.egg-info .pytest_cache .mypy_cache .ruff_cache
