# `make run` and `make test` are all a newcomer needs; what they do is in setup/.

.PHONY: help run watch build test faults bench clean
.DEFAULT_GOAL := help

help: ## list these commands
	@sed -n 's/^\([a-z%-]*\):.*## /\1\t/p' Makefile | expand -t 12

run: build ## build the portal and start it, with demonstration data, on a database in data/
	@mkdir -p data
	@target/release/portal demo --if-empty
	@exec target/release/portal serve

watch: ## the same with quick builds, again after every change
	@setup/tools.sh run
	@exec setup/watch.sh

build: ## build target/release/portal: one file, nothing else to ship
	@setup/tools.sh run
	@setup/build.sh

test: ## format, lints, stories on both databases, release build, journeys in a browser
	@setup/tools.sh test
	@setup/test.sh

test-%: ## one step of it: fmt clippy clippy-wasm stories build journeys
	@setup/tools.sh test
	@setup/test.sh $*

faults: build ## what the release build must withstand: silent and slow clients, huge bodies, signals, other schemas
	@setup/tools.sh test
	@setup/faults.sh

bench: build ## measure the release build
	@cargo bench -q -p server --bench bench -- --portal $(CURDIR)/target/release/portal

clean: ## throw away everything that was built; data/ stays
	rm -rf target setup/node_modules end2end/node_modules
