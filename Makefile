# Spinodal: `make help` lists the targets. The first `make demo` or `make test` sets everything up.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build demo test check lint format reference torture coverage slurm-test efficiency memory \
  scheduler-table adaptivity glass generalization committed-generalization figures multitasking-figures multitasking-maps \
  deep-linear-figures committed-deep-linear boundary bench bench-multitasking bench-linear-algebra digits digits-figures clean

SWIFT ?= swift
PYTHON ?= python3
RANKS ?= 2
KILLS ?= 10
TORTURED ?= runs/torture.toml runs/torture-exchange.toml runs/torture-refined.toml
MPIRUN ?= mpirun
RESULTS ?= results
SPINODAL := .build/release/spinodal
VENV := .venv
FIGURES := $(VENV)/bin/spinodal-figures

# Open MPI refuses root, as in containers, unless told otherwise.
export OMPI_ALLOW_RUN_AS_ROOT := 1
export OMPI_ALLOW_RUN_AS_ROOT_CONFIRM := 1

help: ## Show this list
	@grep -hE '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z%-]+):.*## /\1\t/' | expand -t 17

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
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

format: ## Format the Swift sources in place
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

torture: build ## Kill runs KILLS times at random, go on with 1 to 5 ranks, take the disk away, demand the same bytes
	$(PYTHON) scripts/torture $(TORTURED) --program $(SPINODAL) --kills $(KILLS)
	$(PYTHON) scripts/storage-failures runs/torture.toml --program $(SPINODAL)

coverage: setup ## Print how often error bars cover the truth (half a minute)
	$(SWIFT) build -c release --product studies
	.build/release/studies coverage

slurm-test: build ## Run a job under a real Slurm until its time is up, and demand the same bytes (root, two minutes)
	$(PYTHON) scripts/slurm-test runs/torture.toml --program $(SPINODAL)

memory: build ## Watch the memory of every rank over a run (a minute)
	$(PYTHON) scripts/memory runs/demo.toml --program $(SPINODAL) --ranks $(RANKS)

efficiency: build ## Measure T(1) / (2 T(2)) of the whole program, three pairs of runs (ten minutes)
	$(PYTHON) scripts/efficiency --program $(SPINODAL) runs/demo.toml:simulation.samples=4 runs/imbalanced.toml runs/sixty-four-samples.toml

scheduler-table: build ## Compare ways to share work on up to 10000 ranks, by simulation with measured task times
	$(SWIFT) build -c release --product studies
	$(MPIRUN) -n $(RANKS) --oversubscribe .build/release/studies claims
	$(MPIRUN) -n $(RANKS) --oversubscribe $(SPINODAL) run runs/imbalanced.toml --output $(RESULTS)/imbalanced --quiet
	.build/release/studies scheduler $(RESULTS)/imbalanced

reference: build $(VENV)/.installed ## Print the reference table: value, ours, distance (images: after make digits)
	$(VENV)/bin/python scripts/reference-table --program $(SPINODAL) --ranks $(RANKS) Tests/Reference/*.toml

# Figures of several runs: which runs, and how spinodal-figures puts them together. VARIANT=-cluster takes the large ones.
VARIANT ?=
FIGURE_NAMES := orders noisy examples capacity detection basins plefka
orders_runs := map-p2 demo map-p6
orders_options := --dpi 150 --by interactionOrder,spinCount
noisy_runs := $(foreach kind,supervised unsupervised,$(foreach count,8 20 100,noisy-m$(count)-$(kind)))
noisy_options := --dpi 100 --theory-lines --by examplesPerArchetype,datasetQuality,learningProtocol
examples_runs := $(foreach kind,supervised unsupervised,examples-$(kind) examples-$(kind)-one-step)
examples_options := --panels learningProtocol --by learningProtocol,datasetQuality --x examplesPerArchetype \
  --x 'examplesPerArchetype*datasetQuality^2' --x 'examplesPerArchetype*datasetQuality^(2*interactionOrder)'
capacity_runs := capacity-p2 capacity-p4 capacity-p6
capacity_options := --panels interactionOrder --by interactionOrder,spinCount
detection_runs := detection-p2 detection-p4
detection_options := --panels interactionOrder --by interactionOrder,spinCount --x synapticNoise
basins_runs := basins-p2 basins-p4
basins_options := --panels interactionOrder --by interactionOrder,spinCount,storageLoad --x initialOverlap
plefka_runs := plefka
plefka_options := --against spinMagnetization --observable naiveSpinMagnetization,tapSpinMagnetization
MULTITASKING_FIGURES := $(addprefix multitasking-,dilution temperature examples split noise noise-one-step growth relaxation)
multitasking-dilution_runs := multitasking-dilution
multitasking-dilution_options := --x dilution --panels initialState --each pattern
multitasking-temperature_runs := multitasking-temperature
multitasking-temperature_options := --x temperature --panels dilution --each pattern
multitasking-examples_runs := multitasking-examples
multitasking-examples_options := --x examplesPerPattern --panels protocol --each pattern
multitasking-split_runs := multitasking-split
multitasking-split_options := --x examplesPerPattern --observable exampleSpread --each pattern
multitasking-noise_runs := multitasking-noise
multitasking-noise_options := --x '1/examplesPerPattern*(1-exampleQuality^2)/exampleQuality^2' --panels exampleQuality \
  --each pattern
multitasking-noise-one-step_runs := multitasking-noise-one-step
multitasking-noise-one-step_options := $(multitasking-noise_options)
multitasking-growth_runs := multitasking-growth
multitasking-growth_options := --x patternCount --panels neuronCount --observable signProbability --each pattern
multitasking-relaxation_runs := multitasking-relaxation
multitasking-relaxation_options := --against energyTrajectory --observable lossEnergyTrajectory
multitasking-flow_runs := multitasking-flow
# Figures of deep linear networks, one run each: make deep-linear-figures, or make deep-linear-tree.
DEEP_LINEAR_RUNS := modes small-random depth times epochs plane spectra tree gain riccati rich-lazy imbalance convolution
DEEP_LINEAR_FIGURES := $(addprefix deep-linear-,small-random depth times epochs spectra tree jacobian rich-lazy riccati convolution)
deep-linear-small-random_runs := deep-linear-small-random
deep-linear-small-random_options := --x time --panels initialWeightScale --observable modeStrength --each mode
deep-linear-depth_runs := deep-linear-depth
deep-linear-depth_options := --x numWeightLayers --log xy --by initialModeStrength \
  --observable 'numWeightLayers*learningTime,infiniteDepthLearningTime'
deep-linear-times_runs := deep-linear-times
deep-linear-times_options := --x singularValues --log xy --observable learningTime
deep-linear-epochs_runs := deep-linear-epochs
deep-linear-epochs_options := --x numWeightLayers --log xy
deep-linear-spectra_runs := deep-linear-spectra
deep-linear-spectra_options := --x probability --log y --observable squaredSingularValueQuantile
deep-linear-tree_runs := deep-linear-tree
deep-linear-tree_options := --x level --panels observable --observable learningTime,singularValue
deep-linear-jacobian_runs := deep-linear-gain
deep-linear-jacobian_options := --x gain --panels observable --log y --no-lines \
  --observable meanSquaredSingularValue,secondMomentRatio-1
deep-linear-rich-lazy_runs := deep-linear-rich-lazy
deep-linear-rich-lazy_options := --x time --observable modeStrength
deep-linear-convolution_runs := deep-linear-convolution
deep-linear-convolution_options := --x time --panels numWeightLayers --observable modeStrength --each frequency
deep-linear-riccati_runs := deep-linear-riccati
deep-linear-riccati_options := --x time --log y --observable loss
# Figures of the dynamics of generalization; theory alone has no large size.
GENERALIZATION_FIGURES := $(addprefix generalization-,train-error double-descent stopping-ridge spectrum deep features \
  features-spectrum two-layer capacity)
generalization-train-error_runs := generalization-curves
generalization-train-error_options := --x time --log y --panels initToNoise --no-lines --observable trainError
generalization-double-descent_runs := generalization-double-descent
generalization-double-descent_options := --x loadRatio --log y \
  --observable finalTestError,finiteSizeFinalTestError,optimalStoppingTestError,ridgeTestError
generalization-stopping-ridge_runs := generalization-stopping-ridge
generalization-stopping-ridge_options := --x loadRatio --log y --no-lines \
  --observable optimalStoppingTestError-optimalRidgeTestError
generalization-spectrum_runs := generalization-spectrum
generalization-spectrum_options := --x loadRatio --panels observable --no-lines \
  --observable smallestEigenvalue,largestEigenvalue
generalization-deep_runs := generalization-deep
generalization-deep_options := --x time --observable testError
generalization-features_runs := generalization-features
generalization-features_options := --x hiddenWidth --log y --no-lines \
  --observable testError,finalTestError,optimalStoppingTestError,unrepresentableVariance
generalization-features-spectrum_runs := generalization-features
generalization-features-spectrum_options := --x hiddenWidth --log y --no-lines --observable smallestEigenvalue
generalization-two-layer_runs := generalization-two-layer generalization-two-layer-small
generalization-two-layer_options := --dpi 160 --x step --log y --panels wScale --by wScale,hiddenWidth --observable testError
generalization-capacity_runs := generalization-capacity
generalization-capacity_options := --x time --log y --panels loadRatio --no-lines \
  --observable testError-trainError,normCapacity,displacementCapacity,conditioningBound-trainError
BOUNDARY_TEMPERATURES := 0.6 0.7 0.8

# The run of that name in the size asked for; theory alone has no large size.
variant = $(1)$(if $(wildcard runs/$(1)$(VARIANT).toml),$(VARIANT))

figure-%: build $(VENV)/.installed ## Compute and draw one figure of docs/systems: make figure-basins
	$(if $($*_runs),,$(error no figure '$*': one of $(FIGURE_NAMES)))
	for name in $(foreach name,$($*_runs),$(call variant,$(name))); do \
	  $(MPIRUN) -n $(RANKS) --oversubscribe $(SPINODAL) run runs/$$name.toml --output $(RESULTS)/$$name --quiet; \
	done
	$(FIGURES) $(foreach name,$($*_runs),$(RESULTS)/$(call variant,$(name))/phase_diagram.nc) $($*_options) \
	  --output $(RESULTS)/figures --name $*$(VARIANT)

deep-linear-%: build $(VENV)/.installed
	$(if $(filter $*,$(DEEP_LINEAR_RUNS)),,$(error no run '$*': one of $(DEEP_LINEAR_RUNS)))
	$(MPIRUN) -n $(RANKS) --oversubscribe $(SPINODAL) run runs/$(call variant,$@).toml --output $(RESULTS)/$(call variant,$@) --quiet
	$(FIGURES) $(RESULTS)/$(call variant,$@)/phase_diagram.nc --output $(RESULTS)/$(call variant,$@)/figures

deep-linear-figures: $(addprefix figure-,$(DEEP_LINEAR_FIGURES))
deep-linear-figures: $(addprefix deep-linear-,$(DEEP_LINEAR_RUNS)) ## Compute and draw the figures of deep linear networks (ten minutes; VARIANT=-cluster)
	test -n '$(VARIANT)' || $(MAKE) --no-print-directory committed-deep-linear

committed-deep-linear:
	mkdir -p docs/figures
	cp $(RESULTS)/deep-linear-modes/figures/curves-modeStrength.png docs/figures/deep-linear-modes.png
	for name in gain imbalance; do cp $(RESULTS)/deep-linear-$$name/figures/map.png docs/figures/deep-linear-$$name.png; done
	for name in $(DEEP_LINEAR_FIGURES); do cp $(RESULTS)/figures/$$name.png docs/figures/$$name.png; done

boundary: build $(VENV)/.installed ## Extrapolate the edge of retrieval at P = 4 to infinite size, at several temperatures
	for temperature in $(BOUNDARY_TEMPERATURES); do \
	  $(MPIRUN) -n $(RANKS) --oversubscribe $(SPINODAL) run runs/boundary-p4$(VARIANT).toml \
	    --set parameters.temperature=$$temperature --output $(RESULTS)/boundary-p4$(VARIANT)-$$temperature --quiet; \
	done
	$(FIGURES) $(foreach t,$(BOUNDARY_TEMPERATURES),$(RESULTS)/boundary-p4$(VARIANT)-$(t)/phase_diagram.nc) \
	  --limit 2/3 --output $(RESULTS)/figures --name boundary-limit$(VARIANT)

multitasking-figures: $(addprefix figure-,$(MULTITASKING_FIGURES) multitasking-flow) ## Refresh the figures of the multitasking Hebbian network
	mkdir -p docs/figures
	for name in $(MULTITASKING_FIGURES); do cp $(RESULTS)/figures/$$name.png docs/figures/$$name.png; done
	cp $(RESULTS)/figures/curves-magnetizationTrajectory.png docs/figures/multitasking-flow.png

# Maps of theory, and simulated phases with refined boundaries.
MULTITASKING_MAPS := map-k2 map-k3 map-k5 noise-map learning-supervised learning-unsupervised threshold \
  boundaries-k2 boundaries-k3 boundaries-k5
multitasking-maps: build $(VENV)/.installed ## Compute and draw the phases of the multitasking Hebbian network (minutes)
	for name in $(MULTITASKING_MAPS); do \
	  case $$name in boundaries-*) dpi=140;; *) dpi=200;; esac; \
	  $(MPIRUN) -n $(RANKS) --oversubscribe $(SPINODAL) run runs/multitasking-$$name.toml \
	    --output $(RESULTS)/multitasking-$$name --quiet && \
	  $(FIGURES) $(RESULTS)/multitasking-$$name/phase_diagram.nc --dpi $$dpi \
	    --output $(RESULTS)/multitasking-$$name/figures; \
	done
	mkdir -p docs/figures
	for count in 2 3 5; do \
	  cp $(RESULTS)/multitasking-map-k$$count/figures/phases.png docs/figures/multitasking-phases-k$$count.png; \
	  cp $(RESULTS)/multitasking-boundaries-k$$count/figures/phases.png docs/figures/multitasking-boundaries-k$$count.png; \
	done
	cp $(RESULTS)/multitasking-learning-unsupervised/figures/phases.png docs/figures/multitasking-learning-unsupervised.png

figures: demo glass boundary digits-figures $(addprefix figure-,$(FIGURE_NAMES)) ## Refresh the committed figures of README and docs
	mkdir -p docs/figures
	for name in $(FIGURE_NAMES) boundary-limit; do \
	  cp $(RESULTS)/figures/$$name.png docs/figures/dense-hebbian-$$name.png; \
	done
	cp $(RESULTS)/demo/figures/map.png docs/figures/dense-hebbian-map.png
	cp $(RESULTS)/demo/figures/cuts-temperature.png docs/figures/dense-hebbian-cuts.png
	cp $(RESULTS)/demo/figures/phases.png docs/figures/dense-hebbian-phases.png
	$(MPIRUN) -n $(RANKS) --oversubscribe $(SPINODAL) run runs/boundaries.toml --output $(RESULTS)/boundaries --quiet
	$(FIGURES) $(RESULTS)/boundaries/phase_diagram.nc --output $(RESULTS)/boundaries/figures
	cp $(RESULTS)/boundaries/figures/map.png docs/figures/dense-hebbian-boundaries.png
	cp $(RESULTS)/glass-p2/figures/curves.png docs/figures/dense-hebbian-glass-overlaps.png
	cp $(RESULTS)/glass-p2/figures/cuts.png docs/figures/dense-hebbian-glass-p2.png
	cp $(RESULTS)/glass-p4/figures/cuts.png docs/figures/dense-hebbian-glass-p4.png
	cp $(RESULTS)/digits/figures/accuracy.png docs/figures/dense-hebbian-digits.png
	cp $(RESULTS)/digits/figures/images.png docs/figures/dense-hebbian-digits-images.png

glass: build $(VENV)/.installed ## Compute and draw P(q) and energies of glasses by replica exchange (four minutes)
	for name in glass-p2 glass-p4; do \
	  $(MPIRUN) -n $(RANKS) --oversubscribe $(SPINODAL) run runs/$$name.toml --output $(RESULTS)/$$name --quiet && \
	  $(FIGURES) $(RESULTS)/$$name/phase_diagram.nc --output $(RESULTS)/$$name/figures; \
	done

# Runs with figures of their own; the others stand above.
GENERALIZATION := curves map phases
generalization: $(addprefix figure-,$(GENERALIZATION_FIGURES)) ## Compute and draw the dynamics of generalization (a few minutes; VARIANT=-cluster)
	for name in $(foreach name,$(GENERALIZATION),$(call variant,generalization-$(name))); do \
	  $(MPIRUN) -n $(RANKS) --oversubscribe $(SPINODAL) run runs/$$name.toml \
	    --output $(RESULTS)/$$name --quiet && \
	  $(FIGURES) $(RESULTS)/$$name/phase_diagram.nc --dpi 140 --output $(RESULTS)/$$name/figures; \
	done
	test -n '$(VARIANT)' || $(MAKE) --no-print-directory committed-generalization

committed-generalization:
	mkdir -p docs/figures
	cp $(RESULTS)/generalization-curves/figures/curves-testError.png docs/figures/generalization-curves.png
	cp $(RESULTS)/generalization-map/figures/course-testError.png docs/figures/generalization-map.png
	cp $(RESULTS)/generalization-phases/figures/phases.png docs/figures/generalization-phases.png
	for name in $(GENERALIZATION_FIGURES); do cp $(RESULTS)/figures/$$name.png docs/figures/$$name.png; done

digits: ## Fetch images of handwritten digits into data/, as IDX files (MNIST subset and 8 x 8; not installed, not committed)
	@$(PYTHON) scripts/fetch-digits --output data

digits-figures: build digits $(VENV)/.installed ## Compute and draw the retrieval of handwritten digits (half a minute)
	$(MPIRUN) -n $(RANKS) --oversubscribe $(SPINODAL) run runs/digits.toml --output $(RESULTS)/digits --quiet
	$(FIGURES) $(RESULTS)/digits/phase_diagram.nc --output $(RESULTS)/digits/figures

adaptivity: setup $(VENV)/.installed ## Refinement against adaptive.Learner2D and uniform grids, over several seeds (minutes)
	$(SWIFT) build -c release --product studies
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Benchmarks/adaptivity/requirements.txt
	$(VENV)/bin/python Benchmarks/adaptivity/uniform.py --studies .build/release/studies --levels 3 4
	$(VENV)/bin/python Benchmarks/adaptivity/compare.py --studies .build/release/studies --orders 2 4 --levels 4

bench-multitasking: setup $(VENV)/.installed ## Sweeps and theory of the multitasking Hebbian network against numba (minutes)
	$(SWIFT) build -c release --product studies
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Benchmarks/multitasking/requirements.txt
	$(VENV)/bin/python Benchmarks/multitasking/compare.py --studies .build/release/studies

bench-linear-algebra: setup ## Spectra, theory and gradient descent beside LAPACK and BLAS (a minute; see docs/performance.md)
	$(SWIFT) build -c release --product studies
	.build/release/studies linear-algebra

bench: setup $(VENV)/.installed ## Whole sweeps against numba, numpy and the hardware limit, side by side (minutes)
	$(SWIFT) build -c release --product studies
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Benchmarks/sweeps/requirements.txt
	$(CC) -O3 -march=native -o .build/limit Benchmarks/sweeps/limit.c
	$(VENV)/bin/python Benchmarks/sweeps/compare.py --studies .build/release/studies --limit .build/limit

$(VENV)/.installed: analysis/pyproject.toml | setup
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable './analysis[test]'
	touch $@

clean: ## Remove build products, the virtual environment and results
	rm -rf .build .build-test $(VENV) $(RESULTS)
