# Each target sets up what it needs: Python >= 3.11 with venv, and make, are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONPATH :=

.PHONY: run demo test browser-test fuzz crash-test mutants bench check format lock image-rehearsal clean

run: $(VENV)/.run
	$(BIN)/python -m bot run

demo: $(VENV)/.run
	$(BIN)/python -m bot demo

# Four at a time, however few the processors: most of a dialogue is waiting. Coverage (ARGS=--cov, as CI
# asks) doubles the time.
test: $(VENV)/.dev
	$(BIN)/python -m pytest -m "not browser" -n $(or $(WORKERS),4) --dist worksteal $(ARGS)

# The chat page as people see it: needs Chromium.
browser-test: $(VENV)/.dev
	$(BIN)/python -m pytest -m browser -n $(or $(WORKERS),4) tests/browser $(ARGS)

# Twenty thousand made-up updates, and two thousand broken files; `make test` has a fifth of the one, some of the other.
fuzz: $(VENV)/.dev
	FUZZ_UPDATES=$(or $(UPDATES),20000) FUZZ_FILES=$(or $(FILES),2000) \
		$(BIN)/python -m pytest -q -n 4 tests/fuzz tests/files/test_reader.py

# The real process killed 200 times, at every point of an answer's way; `make test` has a short run of it.
crash-test: $(VENV)/.dev
	$(BIN)/python -m tests.crash --kills 200 $(ARGS)

# A hundred random changes of the bot, of which the tests of the changed room should notice ninety; ARGS="--room store".
mutants: $(VENV)/.dev
	$(BIN)/python -m tests.mutation $(ARGS)

# The whole bot beside a tutorial's; fails if a ratio is worse than what was stored.
bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# New versions into the two lock files; neither names a registry host.
lock: $(VENV)/.dev
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --no-strip-extras --extra postgres pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --no-strip-extras --extra postgres --group pyproject.toml:dev pyproject.toml -o requirements-dev.lock

# The Dockerfile's steps without Docker: root and debootstrap, some minutes (docs/operating.md).
image-rehearsal: $(VENV)/.dev
	$(BIN)/python -m tests.operating.rehearsal

clean:
	rm -rf $(VENV) build dist *.egg-info .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

$(VENV)/.dev: $(VENV)/bin/python requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@ $(VENV)/.run
