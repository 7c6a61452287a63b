# Needed: Rust by rustup, a C compiler; for the Kotlin part a JDK 17 or newer and Maven.
# The suites of `make test` share one target folder and one set of features, so that none builds again what
# another has built. `make demo` builds the command line alone, which is quicker for who wants no more.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
OUT ?= target/demo

.PHONY: help
help: ## List what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10 | sed 's/^/  make /'

.PHONY: demo
demo: ## Play a village day; report.html, ledger.csv and more in target/demo
	$(CARGO) build --locked -p fieldwork-cli
	$(TARGET)/debug/fieldwork demo --out $(OUT)
	@printf '\nopen %s; beside it: summary.json, envelopes.json, ledger.csv, received/\n' '$(abspath $(OUT))/report.html'

.PHONY: test
test: ## Everything this machine can run; names what it skipped
	@scripts/test

.PHONY: lint
lint: ## Formatting and lints only
	@scripts/test format lint

.PHONY: kotlin
kotlin: ## Build and test the Kotlin package only
	@scripts/test kotlin

.PHONY: bench
bench: ## Print figures, optimised build (takes some minutes the first time)
	$(CARGO) run --locked --release -p fieldwork-bench

.PHONY: soak
soak: ## The long tests: 100,000 damaged photographs, tracks and plots of each kind (half an hour)
	FIELDWORK_SOAK=100000 $(CARGO) test --locked -p fieldwork-photo-tests --test damage
	FIELDWORK_SOAK=1 $(CARGO) test --locked -p fieldwork-patrol
	FIELDWORK_SOAK=1 $(CARGO) test --locked -p fieldwork --test geopackage

.PHONY: deny
deny: ## Licences, advisories and sources of dependencies, with cargo-deny
	@if ! $(CARGO) deny --version >/dev/null 2>&1; then \
	    echo 'cargo-deny is not installed: cargo install cargo-deny --locked' >&2; exit 1; fi
	$(CARGO) deny --all-features check

.PHONY: clean
clean: ## Remove everything that was built
	$(CARGO) clean
	rm -rf bindings/kotlin/target bindings/kotlin/generated
