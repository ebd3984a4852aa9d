# Two commands do everything: `make run` and `make test`. See README.md.
SHELL := /bin/bash
PY := .venv/bin/python
export PORT ?= 8000

.PHONY: help python3 run setup test check bench lock messages screenshots clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

python3:
	@command -v python3 >/dev/null && python3 -c 'import venv, ensurepip' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 python3-venv; \
	  else echo "sudo apt-get install python3 python3-venv"; exit 1; fi; }

setup: python3 ## install what `make run` needs and fill the sample city
	@python3 portal/bootstrap.py run

run: setup ## the portal on http://127.0.0.1:8000 (PORT changes it, SEMANTIC=1 adds search by meaning)
	@exec $(PY) -m portal.server

test: python3 ## the whole suite, on SpatiaLite and on PostGIS, with a real browser
	@python3 portal/bootstrap.py test
	@$(PY) -m tests.run

check: python3 ## lint, types, templates, import contracts, migrations, translations
	@python3 portal/bootstrap.py check
	@$(PY) -m tests.check

bench: python3 ## measurements, printed as ratios
	@python3 portal/bootstrap.py bench
	@$(PY) -m tests.bench

lock: ## resolve the lock files anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -o requirements.lock
	uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -o requirements-dev.lock
	uv pip compile pyproject.toml --extra semantic -c requirements.lock --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -o requirements-semantic.lock

messages: ## collect the texts to translate
	$(PY) manage.py makemessages -l en --no-location --no-obsolete -i node_modules -i .venv -i var

screenshots: ## make the pictures of README.md from a running sample city
	@$(PY) -m tests.screenshots

clean: ## remove everything that was set up or generated
	rm -rf .venv node_modules var static/vendor
