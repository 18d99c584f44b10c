# `make` installs what it needs, builds the tools, and builds the payload. `make test` tests.

SWIFT ?= swift
BUILD = .build/release
SOURCES := $(shell find Sources Package.swift -name '*.swift' -o -name '*.[ch]' -o -name module.modulemap)
LAB_SOURCES := $(shell find Tests/Lab -name '*.swift')
E2E_SOURCES := $(shell find Tests/E2E -name '*.swift')
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: all deps test-deps tools checkout packages update iso lock validate test lab e2e e2e-all bench reproducible packages-check fuzz lint format clean distclean

all: update

# Says what and why first; nothing to say or do when all is there.
deps:
	@scripts/install-dependencies conf/build-dependencies

test-deps: deps
	@scripts/install-dependencies conf/test-dependencies

# The Swift runtime goes into the programs: slipway-host must run where there is no Swift.
$(BUILD)/slipway: $(SOURCES) | deps
	$(SWIFT) build -c release --static-swift-stdlib --product slipway
	$(SWIFT) build -c release --static-swift-stdlib --product slipway-host
	@touch $@

tools: $(BUILD)/slipway

checkout: $(BUILD)/slipway
	@$(BUILD)/slipway checkout

packages: $(BUILD)/slipway
	@$(BUILD)/slipway packages --lock=auto

update: $(BUILD)/slipway
	@$(BUILD)/slipway build --lock=auto update

iso: $(BUILD)/slipway
	@$(BUILD)/slipway iso --lock=auto

lock: $(BUILD)/slipway
	@$(BUILD)/slipway lock

validate: $(BUILD)/slipway
	@$(BUILD)/slipway validate

test: $(BUILD)/slipway test-deps
	@scripts/run-tests

# Both programs run inside the lab's machines, too.
$(BUILD)/slipway-lab: $(SOURCES) $(LAB_SOURCES) $(BUILD)/slipway
	$(SWIFT) build -c release --static-swift-stdlib --product slipway-lab
	@touch $@

lab: $(BUILD)/slipway-lab
	@SCENARIO='$(SCENARIO)' SEED='$(SEED)' CUTS='$(CUTS)' CUT='$(CUT)' \
		KERNEL='$(KERNEL)' scripts/run-lab

$(BUILD)/slipway-e2e: $(SOURCES) $(LAB_SOURCES) $(E2E_SOURCES) $(BUILD)/slipway
	$(SWIFT) build -c release --static-swift-stdlib --product slipway-e2e
	@touch $@

e2e: $(BUILD)/slipway-e2e test-deps
	@E2E='$(E2E)' STORY='$(STORY)' PATIENCE='$(PATIENCE)' scripts/run-e2e

e2e-all: $(BUILD)/slipway-e2e test-deps
	@E2E=all PATIENCE='$(PATIENCE)' scripts/run-e2e

bench: $(BUILD)/slipway-lab $(BUILD)/slipway-e2e test-deps
	@scripts/run-benchmarks $(ONLY)

reproducible: $(BUILD)/slipway test-deps
	@scripts/check-reproducible

# Real packages of Debian, built from git twice: long.
packages-check: $(BUILD)/slipway test-deps
	@scripts/check-packages

fuzz:
	@scripts/fuzz-images $(SECONDS)

lint:
	$(SWIFT) format lint --strict -r -p Sources Tests Benchmarks Package.swift

format:
	$(SWIFT) format format -i -r -p Sources Tests Benchmarks Package.swift

# The pool of packages and the checkouts of sources stay: `make distclean` removes them too.
clean:
	@if [ -x $(BUILD)/slipway ]; then $(BUILD)/slipway clean; else \
		rm -rf out; find work -mindepth 1 -maxdepth 1 ! -name sources -exec rm -rf {} +; fi

distclean: clean
	rm -rf work pool .build
