# make demo   draw faces, forge fakes, pretrain, fine-tune, test, explain: one report.html
# make test   every check of the project
# make test-browser   every lesson in JupyterLab and every control of the explorer, in Chromium; make test does two lessons
# make lab    JupyterLab at the first lesson
# make yours  ten lessons with empty functions: write them until the lessons' own tests pass
# make app    the explorer: a web page with five labs, and a place for a photo of yours
# make docs   the documentation as a web site, in _docs/site
# make readme README.md from nbs/index.ipynb

PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help demo test test-browser lab yours app docs readme setup

help:
	@sed -n 's/^# //p' Makefile

setup:
	@$(PYTHON) tools/setup_venv.py

demo: setup
	@vitdfd demo

test: setup
	@ruff check .
	@mypy
	@python tools/check_drift.py
	@python tools/check_budget.py
	@python tools/run_lessons.py
	@python tools/run_lessons.py --package
	@python tools/setup_browser.py
	@python -m pytest tests -n 2 --dist loadfile --no-loadscope-reorder

test-browser: setup
	@python tools/setup_browser.py
	@VITDFD_BROWSER=all python -m pytest tests/test_browser.py

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
