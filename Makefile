# make setup  .venv with the pinned versions, and a git hook; whatever needs them does it first
# make demo   draw faces, forge fakes, pretrain, fine-tune, test, explain: one report.html
# make test   every check of the project
# make test-browser   those of them that need a browser: every lesson in JupyterLab, every control of the explorer
# make lab    JupyterLab at the first lesson
# make yours  sixteen lessons with empty functions: write them until the lessons' own tests pass
# make app    the explorer: a web page with five labs, and a place for a photo of yours
# make docs   the documentation as a web site, in _docs/site
# make readme README.md from nbs/index.ipynb

PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

## begins first; all others run beside it
LONGEST := tests/test_lessons.py
CHECKS := ruff mypy drift budget chromium lessons package
.PHONY: help demo test test-browser lab yours app docs readme setup $(CHECKS)

help:
	@sed -n 's/^# //p' Makefile

setup:
	@$(PYTHON) tools/setup_venv.py

demo: setup
	@vitdfd demo

test:
	@$(MAKE) --no-print-directory -j2 $(CHECKS)
	@python -m pytest $(LONGEST) $(filter-out $(LONGEST),$(wildcard tests/test_*.py)) -n 2 --dist loadfile --no-loadscope-reorder

$(CHECKS): setup

ruff:
	@ruff check .

mypy:
	@mypy

drift:
	@python tools/check_drift.py

budget:
	@python tools/check_budget.py

chromium:
	@python tools/setup_browser.py

lessons:
	@python tools/run_lessons.py

package:
	@python tools/run_lessons.py --package

test-browser: chromium
	@python -m pytest $(LONGEST) tests/test_browser.py

lab: setup
	@jupyter lab --notebook-dir=nbs nbs/00_core.ipynb

yours: setup
	@python tools/build_it_yourself.py
	@jupyter lab --notebook-dir=. yours/10_patches.ipynb

app: setup
	@vitdfd explore

docs: setup
	@python tools/make_docs.py

readme: setup
	@python tools/make_readme.py
