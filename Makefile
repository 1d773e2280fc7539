# make demo   draw faces, forge fakes, pretrain, fine-tune, test, explain: one report.html
# make test   every check of the project
# make lab    JupyterLab at the first lesson
# make docs   the documentation as a web site, in _docs/site
# make readme README.md from nbs/index.ipynb

PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help demo test lab docs readme setup

help:
	@sed -n 's/^# //p' Makefile

setup:
	@$(PYTHON) tools/setup_venv.py

demo: setup
	@vitdfd demo

test: setup
	@ruff check .
	@python tools/check_drift.py
	@python tools/check_budget.py
	@python tools/run_lessons.py
	@python tools/run_lessons.py --package
	@python -m pytest tests

lab: setup
	@jupyter lab --notebook-dir=nbs nbs/00_core.ipynb

docs: setup
	@python tools/make_docs.py

readme: setup
	@python tools/make_readme.py
