# One line a target. uv is taken from PATH, else a pinned one is put into .tools.
UV_VERSION := 0.13.9
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --system-certs --quiet
export UV_SYSTEM_CERTS := 1
export UV_EXTRA_INDEX_URL ?= $(filter http%,$(PIP_EXTRA_INDEX_URL))
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
ifeq ($(strip $(UV_EXTRA_INDEX_URL)),)
unexport UV_EXTRA_INDEX_URL
endif
ifeq ($(strip $(UV_DEFAULT_INDEX)),)
unexport UV_DEFAULT_INDEX
endif

.PHONY: run test lint bench docs
run: $(UV)
	@exec $(RUN) moldcare up --sample
test: $(UV)
	@sh tests/chromium.sh && $(RUN) pytest -n 2 --dist loadgroup --no-loadscope-reorder
lint: $(UV)
	@$(RUN) ruff check . && $(RUN) ruff format --check . && $(RUN) mypy
bench: $(UV)
	@$(UV) run --system-certs --quiet --group bench python -m tests.bench
docs: $(UV)
	@$(RUN) python -m services.command_line.documents docs && $(RUN) python -m tests.norm.page

.tools/bin/uv:
	@python3 -c 'import ensurepip, venv' 2>/dev/null || { echo "python3 缺少 ensurepip：请安装 python3-venv / python3 lacks ensurepip: install python3-venv (apt-get install python3-venv)"; exit 1; }
	@python3 -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
