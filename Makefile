# Close Call. `make run` starts a demonstration, `make test` checks everything. Each installs what it needs.
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
export CLOSECALL_HOME ?= $(CURDIR)/var
# Compiled modules are kept whatever the shell says: each of the many processes would compile all of them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test proofs codes hint install clean

run: $(STAMP)
	$(VENV)/bin/closecall demo
	$(VENV)/bin/closecall serve

codes: $(STAMP)
	@$(VENV)/bin/closecall demo

# A file's tests stay on one worker (its served instance is made once); tests/instance.py puts the longest files first.
test: $(STAMP)
	sh deploy/system-packages.sh
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/djade --check --target-version 5.2 $$(git ls-files 'closecall/**/*.html')
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/closecall makemigrations --check --dry-run
	$(VENV)/bin/pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not proof"

hint: $(STAMP)
	$(VENV)/bin/python bench/hint_build.py

proofs: $(STAMP)
	sh deploy/system-packages.sh
	CLOSECALL_PROOFS=whole $(VENV)/bin/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

install: $(STAMP)

# Not compiled in advance: Python compiles what is used, once, and most of it never is.
$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements/dev.txt
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	touch $(STAMP)

clean:
	rm -rf $(VENV)
