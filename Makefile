# Banjie's commands. `make help` lists them; CI calls the same ones.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export FLASK_APP := app:create_app

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format bench fuzz-feel clean soak-oracle soak-mutants \
	soak-kill soak-points soak-timers soak-database soak-restores soak-failover

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

setup: $(VENV)/.done ## install everything: packages, front end, texts (seconds when nothing changed)
	@$(BIN)/python -m web.frontend_build
	@$(BIN)/python -m web.translations

$(VENV)/.done: requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -e '.[dev]'
	@touch $@

run: setup ## prepare the demo and serve it at http://127.0.0.1:8000
	@$(BIN)/python app.py

test: setup ## the tests, on SQLite and PostgreSQL and in a browser; says what it had to skip
	@$(BIN)/python tests/browser_setup.py
	@$(BIN)/pytest -n 2 --dist loadfile -rs $(ARGS)

lint: setup ## style, types, the directions of imports, licences
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup ## put the code in the house's form
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

fuzz-feel: setup ## random expressions against the language: INPUTS=20000 SEED=1
	@nice -n 10 $(BIN)/python -m tests.engine.feel.fuzz --inputs $(or $(INPUTS),20000) --seed $(or $(SEED),1)

soak-oracle: setup ## 10,000 random processes and all combinations of elements against the oracle (3 minutes)
	@nice -n 10 $(BIN)/python -m tests.engine.bpmn.oracle 10000
	@nice -n 10 $(BIN)/python -m tests.engine.bpmn.combinations

soak-mutants: setup ## 100,000 mutants of diagrams before gate and engine: MUTANTS=100000 SEED=1 SUITES=folder (20 minutes)
	@nice -n 15 $(BIN)/python -m tests.conformance.mutants $(or $(MUTANTS),100000) --seed $(or $(SEED),1) $(if $(SUITES),--suites $(SUITES))

bench: setup ## speed and growth as ratios in one run (30 minutes): PARTS="steps growth timers http peers feel" ROUNDS=5 SMALL=1
	@$(BIN)/python -m tests.benchmarks $(PARTS) --rounds $(or $(ROUNDS),5) $(if $(SMALL),--small)

soak-kill: setup ## kills with -9 under load on each database, then the control, which must fail: KILLS=200 (3 minutes)
	@$(BIN)/python -m tests.acceptance.kill --kills $(or $(KILLS),200) --database sqlite
	@$(BIN)/python -m tests.acceptance.kill --kills $(or $(KILLS),200) --database postgresql
	@$(BIN)/python -m tests.acceptance.kill --kills 40 --unsafe; test $$? -eq 3

soak-points: setup ## a kill at every point of every kind of command and of the migration, on each database (10 minutes)
	@$(BIN)/python -m tests.acceptance.kill_points --database sqlite
	@$(BIN)/python -m tests.acceptance.kill_points --database postgresql
	@$(BIN)/python -m tests.acceptance.kill_points --only complete --unsafe; test $$? -eq 3
	@$(BIN)/python -m tests.acceptance.kill_migrations --database sqlite
	@$(BIN)/python -m tests.acceptance.kill_migrations --database postgresql
	@$(BIN)/python -m tests.acceptance.kill_migrations --every 40 --unsafe; test $$? -eq 3

soak-timers: setup ## timers under kills and a jumping clock on each database: TIMERS=100000 KILLS=2000 (5 minutes)
	@$(BIN)/python -m tests.acceptance.kill_timers --timers $(or $(TIMERS),100000) --kills $(or $(KILLS),2000)
	@$(BIN)/python -m tests.acceptance.kill_timers --timers $(or $(TIMERS),100000) --kills $(or $(KILLS),2000) --database postgresql
	@$(BIN)/python -m tests.acceptance.kill_timers --unsafe; test $$? -eq 3

soak-database: setup ## PostgreSQL killed with -9 under load: KILLS=100 (10 minutes)
	@$(BIN)/python -m tests.acceptance.kill --server --kills $(or $(KILLS),100)
	@$(BIN)/python -m tests.acceptance.kill --server --kills 3 --unsafe; test $$? -eq 3

soak-failover: setup ## the leader of a cluster killed under load: KILLS=10 (10 minutes; needs patroni, etcd-server, postgresql)
	@$(BIN)/python -m tests.acceptance.failover --kills $(or $(KILLS),10)
	@$(BIN)/python -m tests.acceptance.failover --kills 1 --unsafe; test $$? -eq 3

soak-restores: setup ## backups under load, each restored, on each database: BACKUPS=50 (5 minutes)
	@$(BIN)/python -m tests.acceptance.restores --backups $(or $(BACKUPS),50) --database sqlite
	@$(BIN)/python -m tests.acceptance.restores --backups $(or $(BACKUPS),50) --database postgresql
	@$(BIN)/python -m tests.acceptance.restores --unsafe; test $$? -eq 3

clean: ## remove what was built (not the demo's data under instance/)
	rm -rf build web/static/dist $(VENV)/.done
