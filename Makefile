# make install   the program at .venv/bin/avrop
# make demo      install, then everything at once on one port
# make test      install, then the tests: quick ones first, then a seventh of what is slow, another each day
# make proof     install, then all that is slow: every page, every hostile document, everything that can break
# make lint      style, types and the floors between the rooms
.PHONY: install demo test proof lint browser clean
.DEFAULT_GOAL := install

BIN := .venv/bin
INSTALLED := .venv/.installed

install: $(INSTALLED)

# Again only when what must be installed has changed.
$(INSTALLED): pyproject.toml constraints.txt .ci/python
	@.ci/python
	@echo "installing into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]' </dev/null
	@touch $@

demo: install
	@$(BIN)/avrop demo

test: install browser
	$(BIN)/python -m pytest -m "not slow" -n auto --dist worksteal
	$(BIN)/python -m pytest -m slow -n auto --dist loadfile --part today

proof: install browser
	AVROP_KILLS=25 $(BIN)/python -m pytest -m slow -n auto --dist loadfile

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict gateway
	$(BIN)/lint-imports

browser:
	@.ci/browser

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
