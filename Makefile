# darwin-spark: `make run` and `make test` set up what is missing first. Needs Python 3.11 or later only.
PYTHON ?= python3
WORKSPACE ?= workspace
INPUT ?= examples/corpus
BIN := .venv/bin
DARWIN := $(BIN)/darwin

# The real model of `make run LLM=1`: one PDF climbs to L5 on the CPU.
LLM_INPUT ?= examples/corpus/pdf/kater-pendulum.pdf

# Images of containers set this, and every process then compiles all that it imports: ten seconds of each engine's start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: bench-damage bench-inference bench-l1 bench-l2 bench-l3 bench-l4 bench-latency bench-producers bench-text \
  train-classifier docs help setup setup-llm run test lint format types tests test-slow clean lock

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  make run LLM=1  the ladder to L5 for one PDF, with a small real model on the CPU (2 GB to install)"

docs: ## write the reference pages from the code: conf/base.yaml, docs/settings.md, docs/data-dictionary.md
	$(BIN)/python -m scripts.reference_docs

setup: ## virtual environment, locked packages, Java
	@$(PYTHON) scripts/setup.py

setup-llm: ## the same, and the CPU build of vLLM with SmolLM2
	@$(PYTHON) scripts/setup.py --llm

ifdef LLM
run: setup-llm
	$(DARWIN) run --input $(LLM_INPUT) --to l5 --workspace $(WORKSPACE)-llm --config conf/quickstart.yaml --config conf/llm_cpu.yaml
	@$(DARWIN) explain "$(notdir $(LLM_INPUT))" --full --workspace $(WORKSPACE)-llm
	@$(DARWIN) audit --workspace $(WORKSPACE)-llm
	@echo "SmolLM2-135M proves the machinery only: it cannot rewrite science, and the checks above say so window by window."
else
run: setup ## climb the ladder to L4 over the bundled examples (INPUT=..., WORKSPACE=...)
	$(DARWIN) run --input $(INPUT) --to l4 --workspace $(WORKSPACE) --config conf/quickstart.yaml --manifest examples/manifest.csv
	@$(DARWIN) audit --workspace $(WORKSPACE)
	@echo "L5 needs a model: make run LLM=1"
endif

test: setup-llm lint types tests ## lint, types, tests

lint: ## style, old names, length of modules, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python scripts/check_names.py
	$(BIN)/python scripts/check_modules.py
	$(BIN)/lint-imports --no-logo --cache-dir .cache/import_linter

types:
	$(BIN)/mypy

tests:
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

test-slow: setup-llm ## what takes minutes a test: climbs killed at each boundary, spark-submit, Spark Connect to L4, a killed vLLM server
	$(BIN)/pytest -m slow

bench-l1: ## fidelity, throughput and OCR of L1 on ../shared/data
	$(BIN)/python -m benchmarks.bench_l1

bench-text: ## PDFs against the JATS of the same papers and web pages, beside other libraries, on ../shared/data
	$(BIN)/python -m benchmarks.bench_text

bench-producers: ## PDFs of every kind made by TeX, LibreOffice, groff, Ghostscript, Chromium, WeasyPrint, reportlab; all are checked
	$(BIN)/python -m benchmarks.l1.producers

bench-damage: ## 10,000 damaged files of all formats through L1, twice, in two orders (an hour)
	$(BIN)/python -m benchmarks.l1.damage

bench-l2: ## deduplication beside datatrove and rensa, on 300 MB made from ../shared/data
	$(BIN)/python -m benchmarks.bench_l2

bench-l3: ## the classifier beside TF-IDF and logistic regression; document types, book or paper; documents a second
	$(BIN)/python -m benchmarks.bench_l3

bench-l4: ## what the refiner without a model keeps and removes, on ../shared/data
	$(BIN)/python -m benchmarks.bench_l4

bench-inference: ## what Spark costs a model: vLLM on the CPU through Spark and raw; is an engine kept full
	$(BIN)/python -m benchmarks.bench_inference

bench-latency: ## how long a person waits for each command, beside a bare Spark session (5 minutes)
	$(BIN)/python -m benchmarks.bench_latency

train-classifier: ## the weights of L3 anew from ../shared/data (LABELS="a.parquet b.parquet": with labels of your own)
	$(BIN)/python -m darwin_spark.levels.l3_classify.training $(if $(LABELS),--labels $(LABELS))

format: ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## resolve the lock files anew
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra ocr --extra llm-cpu --python-version 3.11 --no-header --no-annotate \
	  --no-emit-index-url --override constraints/overrides.txt --find-links "$$($(BIN)/pip config get global.find-links)" \
	  -o constraints/llm-cpu.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra ocr --universal --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --override constraints/overrides.txt -c constraints/llm-cpu.txt -o requirements.lock
	$(BIN)/uv pip compile constraints/bench.in --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
	  -o constraints/bench.txt
	$(BIN)/uv pip compile constraints/bench-text.in --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
	  -o constraints/bench-text.txt

clean: ## remove the environment, caches and the quickstart's workspaces
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .cache/import_linter $(WORKSPACE) $(WORKSPACE)-llm
