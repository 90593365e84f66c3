# Two commands: make run, make test. They need Python 3.11 or newer with pip; all else they install
# into .venv. Whatever differs between machines comes from the environment (see README).

PYTHON ?= python3
VENV   ?= .venv
PY     := $(VENV)/bin/python
SHELL  := /bin/sh

.PHONY: run test test-full mutations check bench screenshots reset lock vendor browser

$(VENV)/.ready: requirements-bootstrap.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv module is missing (Debian: apt install python3-venv)"; exit 1; }
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bootstrap.txt
	@$(VENV)/bin/uv pip sync -q --python $(PY) --require-hashes requirements-dev.txt \
	  || $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: $(VENV)/.ready
	@exec $(PY) manage.py up

reset: $(VENV)/.ready
	@$(PY) manage.py reset

test: check browser
	@$(PY) -m pytest -m "not full and not screenshots" -n $${TEST_PROCESSES:-2} --dist loadgroup

test-full: check browser
	@$(PY) -m pytest -m "not screenshots" -n $${TEST_PROCESSES:-2} --dist loadgroup
	@$(PY) -m tests.mutations

mutations: $(VENV)/.ready
	@$(PY) -m tests.mutations

check: $(VENV)/.ready
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports
	$(PY) -m mypy
	$(VENV)/bin/djlint --lint --check templates
	$(PY) manage.py check
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null

browser:
	@.ci/browser

bench: $(VENV)/.ready
	@$(PY) -m benchmarks

screenshots: $(VENV)/.ready browser
	@$(PY) -m pytest -q -m screenshots tests/flows/test_screenshots.py

vendor:
	@npm ci --ignore-scripts --no-audit --no-fund && npm run --silent vendor

lock: $(VENV)/.ready
	echo "uv==0.13.9" | $(VENV)/bin/uv pip compile - --universal --python-version 3.11 \
	  --generate-hashes --no-header -q -o requirements-bootstrap.txt
	$(VENV)/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-header -q -o requirements-dev.txt
	$(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 \
	  --generate-hashes --no-header -q -c requirements-dev.txt -o requirements.txt
