# Everything there is to remember: make run, make test, make check. `make help` lists the rest.
# Written for the oldest make in use (3.81, macOS); the shell work is in .ci/setup.sh.

PYTHON =
PORT = 8501
BIN = .venv/bin
APP = .venv/.app-installed
DEV = .venv/.dev-installed
FEDERATED = .venv-federated/.installed
TESTS = not benchmark
SPREAD = -n logical --dist loadfile

.PHONY: help run test check format bench federated lock clean always
.DEFAULT_GOAL := help

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1   	/p' Makefile
	@echo "  PYTHON=python3.12 chooses the Python (3.10 to 3.14), PORT=8502 the app's port."

run: $(APP) ## Build what is missing and open the app on http://localhost:8501
	@exec $(BIN)/python .ci/serve.py $(PORT)

# First on all cores, then with two browsers, each of which waits most of its time, then one by one what a busy machine
# would disturb. A round follows a failing one, but not one that was interrupted.
test: $(DEV) ## Run all tests
	@failed=0; \
	round() { \
	  marks=$$1; shift; \
	  $(BIN)/python -m pytest -m "$(TESTS) and $$marks" "$$@" || { failed=$$?; [ $$failed -le 1 ] || exit $$failed; }; \
	}; \
	round "not alone" $(SPREAD) --maxprocesses 4; \
	round "browser" $(SPREAD) --maxprocesses 2; \
	round "alone and not browser"; \
	exit $$failed

check: $(DEV) ## Check format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(DEV) ## Format the code and mend what lint can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV) ## Run the speed measurements (minutes; leave the machine alone)
	@$(BIN)/python -m pytest tests/benchmarks -m benchmark -s

federated: $(FEDERATED) ## Build .venv-federated, for federated learning on real devices

lock: ## Renew requirements-lock.txt and requirements-federated-lock.txt (needs uv)
	@sh .ci/setup.sh lock

clean: ## Remove both environments and caches; measured points stay
	rm -rf .venv .venv-federated build .pytest_cache .mypy_cache .ruff_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A Python that is named is compared with .venv's each time; else .venv is built only if missing.
$(BIN)/python: $(if $(PYTHON),always)
	@sh .ci/setup.sh venv "$(PYTHON)"

$(FEDERATED): requirements-federated.txt requirements-federated-lock.txt
	@sh .ci/setup.sh federated "$(PYTHON)"

$(APP): $(BIN)/python requirements.txt requirements-lock.txt
	@sh .ci/setup.sh install requirements.txt
	@touch $@

$(DEV): $(APP) requirements-dev.txt
	@sh .ci/setup.sh install requirements-dev.txt
	@sh .ci/setup.sh browser
	@touch $@
