# Spinodal: `make help` lists the targets. The first `make demo` or `make test` sets everything up.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build demo test check lint format reference torture figures adaptivity clean

SWIFT ?= swift
PYTHON ?= python3
RANKS ?= 2
KILLS ?= 10
MPIRUN ?= mpirun
RESULTS ?= results
SPINODAL := .build/release/spinodal
VENV := .venv
FIGURES := $(VENV)/bin/spinodal-figures

# Open MPI refuses root, as in containers, unless told otherwise.
export OMPI_ALLOW_RUN_AS_ROOT := 1
export OMPI_ALLOW_RUN_AS_ROOT_CONFIRM := 1

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: ## Check for the Debian packages; install the missing ones when root
	@PYTHON=$(PYTHON) ./scripts/install-dependencies

build: setup ## Build the program (release)
	$(SWIFT) build -c release --product spinodal

demo: build $(VENV)/.installed ## Compute the demo phase diagram with mpirun and draw its figures
	$(MPIRUN) -n $(RANKS) --oversubscribe $(SPINODAL) run runs/demo.toml --output $(RESULTS)/demo
	$(FIGURES) $(RESULTS)/demo/phase_diagram.nc --output $(RESULTS)/demo/figures --html
	@echo "The phase diagram is $(RESULTS)/demo/figures/map.png"

test: build $(VENV)/.installed ## Run all tests
	$(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build-test
	cd analysis && ../$(VENV)/bin/python -m pytest -q

check: setup lint ## Inner loop: format lint, build, fast tests
	$(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build-test --skip CommandLineTests

lint: ## Check the format of the Swift sources
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## Format the Swift sources in place
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

torture: build ## Kill a run KILLS times at random, take its disk away, and demand the same bytes
	$(PYTHON) scripts/torture runs/torture.toml --program $(SPINODAL) --kills $(KILLS)
	$(PYTHON) scripts/storage-failures runs/torture.toml --program $(SPINODAL)

reference: build $(VENV)/.installed ## Print the reference table: value, ours, distance (a minute)
	$(VENV)/bin/python scripts/reference-table --program $(SPINODAL) --ranks $(RANKS) Tests/Reference/*.toml

figures: demo ## Refresh the committed figures of README and docs
	mkdir -p docs/figures
	cp $(RESULTS)/demo/figures/map.png docs/figures/dense-hebbian-map.png
	cp $(RESULTS)/demo/figures/cuts-temperature.png docs/figures/dense-hebbian-cuts.png
	cp $(RESULTS)/demo/figures/phases.png docs/figures/dense-hebbian-phases.png

adaptivity: setup $(VENV)/.installed ## Refinement against adaptive.Learner2D and uniform grids, over several seeds (minutes)
	$(SWIFT) build -c release --product studies
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Benchmarks/adaptivity/requirements.txt
	$(VENV)/bin/python Benchmarks/adaptivity/uniform.py --studies .build/release/studies --levels 3 4
	$(VENV)/bin/python Benchmarks/adaptivity/compare.py --studies .build/release/studies --orders 2 4 --levels 4

$(VENV)/.installed: analysis/pyproject.toml | setup
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable './analysis[test]'
	touch $@

clean: ## Remove build products, the virtual environment and results
	rm -rf .build .build-test $(VENV) $(RESULTS)
