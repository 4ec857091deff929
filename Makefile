# `make demo` and `make test` need nothing but Python >= 3.11 and make: the rest is set up in .venv beside this file.
SHELL := /bin/bash
PYTHON := .venv/bin/python
.DEFAULT_GOAL := help
# What the recipes of the initial weights need beside PairCat itself.
WITH_WEIGHTS = $(PYTHON) -c 'import ai_edge_litert, av, pymatting' 2>/dev/null || \
	$(PYTHON) -m pip install --quiet --constraint constraints.txt --editable '.[movies,weights]'
.PHONY: help setup demo test test-network lint format bench bench-full weights bench-weights tree tutorial libraries clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup:  ## make or refresh .venv; nothing happens when it is up to date
	@tools/set_up.sh

demo: setup  ## learn to deblur a real clip from six of its frames, and apply it to all 250
	@$(PYTHON) examples/demo.py $(DEMO)

test: setup libraries  ## the whole test suite, on all processors up to four; TESTS=tests/cli for a part of it
	@$(PYTHON) -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile $(TESTS)

test-network: setup  ## several machines, played by network namespaces (root); LOG=file keeps what it prints
	@PAIRCAT_NETWORK_TESTS=1 $(PYTHON) -m pytest -s -v tests/network $(TESTS) $(if $(LOG),> $(LOG) 2>&1)

lint: setup  ## ruff and mypy
	@$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check .
	@tools/type_check.sh

format: setup  ## put the code into ruff's layout
	@$(PYTHON) -m ruff check --fix . && $(PYTHON) -m ruff format .

bench: setup  ## how fast PairCat learns, beside a baseline: a single pass, under 40 minutes; see bench/README.md
	@$(PYTHON) -c 'import cv2' 2>/dev/null || $(PYTHON) -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	@$(PYTHON) -m paircat.bench quick $(BENCH)

bench-full: setup  ## the whole benchmark, task by task, medians of three; can be interrupted and goes on
	@$(PYTHON) -c 'import cv2' 2>/dev/null || $(PYTHON) -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	@$(PYTHON) -m paircat.bench full $(BENCH)

weights: setup  ## make initial weights, or go on: SET=deblur|upscale|human_matting SIZE=small|medium|large DATA=PATH
	@$(WITH_WEIGHTS)
	@$(PYTHON) -m paircat.weights.recipes $(SET) $(SIZE) $(if $(DATA),--data $(DATA)) $(if $(TENNIS),--tennis $(TENNIS)) \
		$(if $(STEPS),--steps $(STEPS)) $(if $(MINUTES),--minutes $(MINUTES)) $(WEIGHTS)

bench-weights: setup  ## what the initial weights do untrained, and how many steps they save; can be interrupted and goes on
	@$(WITH_WEIGHTS)
	@$(PYTHON) -m paircat.weights.recipes.bench $(if $(DATA),--data $(DATA)) $(if $(TENNIS),--tennis $(TENNIS)) $(BENCH)

tree: setup  ## renew the README's file tree
	@$(PYTHON) tools/file_tree.py

tutorial: setup libraries  ## take the pictures of docs/tutorial.md anew, in the real window on a virtual screen
	@$(PYTHON) tools/tutorial.py

libraries:  ## check the system libraries of the window and its tests; install them when root
	@tools/system_libraries.sh

clean:  ## remove what was built; .venv stays
	@rm -rf build dist paircat.egg-info .pytest_cache .mypy_cache .ruff_cache
