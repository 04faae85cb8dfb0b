# make app    open datamap in the browser        make check  ruff, mypy, import-linter
# make test   all tests, the browser's included  make bench  timings beside yardsticks
# make fuzz   spoiled files, SECONDS=60 of them

PYTHON ?= python3
VENV ?= .venv
EXTRAS ?= test,tables
JOBS ?= logical
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: app test check bench survey fuzz rules setup constraints clean
.DEFAULT_GOAL := app

app: $(READY)
	@$(BIN)/datamap app

# One process for each processor, 4 at most (JOBS=2: two; JOBS=0: all in one). Each takes the next file of tests, in order.
test: $(READY)
	@browser=$$(.ci/browser $(BIN)/python) || true; \
	code=0; $(BIN)/python -m pytest -rs -n $(JOBS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder || code=$$?; \
	if [ -z "$$browser" ]; then \
		echo "!!! BROWSER TESTS DID NOT RUN: there is no Chromium here, and none could be installed." >&2; \
		if [ "$${CI:-}" = true ]; then exit 1; fi; \
	fi; \
	exit $$code

check: $(READY)
	@failed=0; \
	for tool in "ruff check --output-format concise ." "ruff format --check --output-format concise ." "mypy datamap app.py tests benchmarks" "lint-imports --no-logo"; do \
		echo "--- $$tool"; \
		$(BIN)/$$tool || failed=$$((failed + 1)); \
	done; \
	echo "--- $$failed of 4 checks failed"; \
	test $$failed = 0

# All of it into benchmarks/RESULTS.md, PART="read reach" alone, or QUICK=1 at small sizes, printed.
bench: $(READY)
	@$(BIN)/python -m benchmarks $(PART) $(if $(QUICK),--quick)

# Each find is printed with the CASE=… that tries it again.
fuzz: $(READY)
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED)) $(if $(CASE),--case $(CASE))

# What is made of every file of a folder, as a table.
survey: $(READY)
	@$(BIN)/python benchmarks/survey.py "$(FOLDER)" -o benchmarks/REAL-FILES.md

# The table of rules of law and the tests that prove them.
rules: $(READY)
	@$(BIN)/python -m pytest -q tests/spec --rules tests/spec/RULES.md

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "datamap needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>&1 | head -1)." >&2; \
		echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
		exit 1; \
	}
	@echo "Setting up $(VENV) (a minute or two, the first time) ..." >&2
	@if uv --version >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" "$(VENV)" && \
		uv pip install --quiet --python "$(BIN)/python" -c constraints.txt -e ".[$(EXTRAS)]"; \
	else \
		{ $(PYTHON) -m venv "$(VENV)" || { echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }; } && \
		"$(BIN)/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[$(EXTRAS)]"; \
	fi
	@touch "$@"

# The versions everybody installs. No registry's address is written down.
constraints:
	uv pip compile pyproject.toml --extra test --extra tables --extra spark --extra postgres --universal --python-version 3.11 \
		--no-header --no-annotate --no-emit-index-url --quiet -o constraints.txt

clean:
	rm -rf "$(VENV)" build dist *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
