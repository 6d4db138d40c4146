# Everything that is done with this project, one word each; `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GATE = $(BIN)/footnote evaluate data/questions.jsonl --documents data/corpus --baseline data/baseline.json
export HF_HUB_DISABLE_TELEMETRY := 1

.PHONY: help run setup test check evaluate gate baseline tables screenshots lock clean
.DEFAULT_GOAL := help

help: ## list these commands
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.installed ## install what is missing, then serve the page on 127.0.0.1:7860
	$(BIN)/footnote models fetch embedder default
	$(BIN)/footnote serve --starter data/corpus

setup: $(VENV)/.developing ## install everything, with what developers need, and fetch the model files
	$(BIN)/footnote models fetch embedder default

test: setup ## run the whole test suite
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

check: $(VENV)/.developing ## check format, lint, types and tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

evaluate: setup ## measure quality on data/questions.jsonl and compare it with data/baseline.json
	$(GATE)

gate: setup ## the same for 40 of the questions, or as many of them as 8 minutes allow
	$(GATE) --limit 40 --seed 1 --minutes 8 --out $(VENV)/gate.json

baseline: setup ## accept what the program does now as the new baseline: make baseline REASON="why"
	$(GATE) --out $(VENV)/baseline.json --take-baseline "$(REASON)"

tables: $(VENV)/.developing ## write the tables of docs/evaluation.md anew: make tables RUNS=FOLDER
	$(BIN)/python -m qa.evaluation.summary $(RUNS) --into docs/evaluation.md

lock: $(VENV)/.developing ## write down the versions that are installed now
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > constraints.txt

clean: ## remove what was installed and made here; the library and the model files stay
	rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# A broken-off installation leaves no stamp, so the next `make` goes on with it.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@
