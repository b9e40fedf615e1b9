# Everything there is to do with the project. `make` alone lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# How long `make fuzz` goes on, and from which seed: make fuzz SECONDS=600 SEED=7
SECONDS ?= 60
SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))

# What else `make bench` shall be told: make bench BENCH_FLAGS="--json bench.json W1 W2".
BENCH_FLAGS ?=
# The Python of `make bench-peers`, and what else it shall be told: PEERS_FLAGS="--rounds 5 W2".
PYTHON ?= python3
PEERS_FLAGS ?=

# For whatever else the build shall be told: make test SWIFT_FLAGS="--scratch-path /tmp/b".
SWIFT_FLAGS ?=

# Two accesses to one variable at a time are looked for in the debug build, which the tests run.
UNCHECKED := -Xswiftc -enforce-exclusivity=unchecked

ifeq ($(shell uname -s),Darwin)
  # Homebrew keeps its readline out of the way of the system's, which is another library.
  READLINE := $(shell brew --prefix readline 2>/dev/null)
  override SWIFT_FLAGS += $(if $(READLINE),-Xcc -I$(READLINE)/include -Xlinker -L$(READLINE)/lib)
  RELEASE := -c release $(UNCHECKED)
else
  # Linked statically it starts a millisecond sooner, and runs where there is no Swift. The other
  # linkers warn of a function that the standard library's archives use.
  # Where the C library (2.36 or newer) reads relocations in their short form, a start reads a
  # megabyte less.
  RELOCATIONS := $(shell getconf GNU_LIBC_VERSION 2>/dev/null | awk '{ split($$2, v, "."); \
    if (v[1] > 2 || v[2] >= 36) print "-Xlinker -z -Xlinker pack-relative-relocs" }')
  # So is the C++ library that Swift's runtime needs, where its archive is: the linker takes what it
  # finds in this folder first. It starts another half millisecond sooner.
  CXX_ARCHIVE := $(lastword $(sort $(wildcard /usr/lib/gcc/$(shell uname -m)-*/*/libstdc++.a)))
  ARCHIVES := $(if $(CXX_ARCHIVE),.build/archives)
  # Each function in a section of its own lets the linker leave out what nothing uses, half a
  # megabyte.
  SECTIONS := -Xswiftc -Xfrontend -Xswiftc -function-sections
  RELEASE := -c release --static-swift-stdlib -Xswiftc -use-ld=lld $(RELOCATIONS) $(SECTIONS) \
    $(UNCHECKED) $(if $(ARCHIVES),-Xlinker -L$(CURDIR)/$(ARCHIVES))
endif

# The benchmark is a package of its own, built beside its sources: two packages share no folder.
BENCHMARK = $(SWIFT) run -c release $(SWIFT_FLAGS) --scratch-path Benchmarks/.build \
  --package-path Benchmarks DescentBenchmark \
  --descent "$$($(SWIFT) build $(RELEASE) $(SWIFT_FLAGS) --show-bin-path)/descent"

SWIFT_SOURCES = Package.swift Sources Tests $(wildcard Benchmarks)

.PHONY: help deps build run repl test lint format bench bench-check bench-peers fuzz install uninstall clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

deps: ## install what is missing: the headers of GNU readline and zlib, OpenBLAS, LLVM
	@.ci/dependencies

build: deps $(ARCHIVES) ## build the program, optimised
	$(SWIFT) build $(RELEASE) $(SWIFT_FLAGS) --product descent

$(ARCHIVES):
	mkdir -p $@
	ln -sf $(CXX_ARCHIVE) $@/

run: build ## the first lesson
	"$$($(SWIFT) build $(RELEASE) $(SWIFT_FLAGS) --show-bin-path)/descent" Scripts/lessons/01-first-walk.descent

repl: build ## the prompt
	@"$$($(SWIFT) build $(RELEASE) $(SWIFT_FLAGS) --show-bin-path)/descent"

test: lint build ## lint, build without a warning, run every test
	$(SWIFT) build --build-tests $(SWIFT_FLAGS)
	DESCENT_EXECUTABLE="$$($(SWIFT) build $(RELEASE) $(SWIFT_FLAGS) --show-bin-path)/descent" \
	  $(SWIFT) test --skip-build $(SWIFT_FLAGS)

lint: ## check the style of the Swift files
	$(SWIFT) format lint --strict --recursive --parallel $(SWIFT_SOURCES)

format: ## put the Swift files into that style
	$(SWIFT) format format --in-place --recursive --parallel $(SWIFT_SOURCES)

bench: build ## measure, against C and PARI/GP
	$(BENCHMARK) $(BENCH_FLAGS)

bench-check: build ## measure, and fail if something is over 1.5 times what is recorded
	$(BENCHMARK) --check Benchmarks/recorded.json $(BENCH_FLAGS)

bench-peers: build ## measure the same work in NumPy, JAX, PyTorch and CasADi, where PYTHON has them
	$(BENCHMARK) --prepare Benchmarks/.build/workloads.json
	$(PYTHON) Benchmarks/peers.py Benchmarks/.build/workloads.json $(PEERS_FLAGS)

fuzz: deps ## throw random input at the program for SECONDS (60), from a SEED
	@echo "make fuzz SECONDS=$(SECONDS) SEED=$(SEED)"
	DESCENT_FUZZ_SECONDS=$(SECONDS) DESCENT_FUZZ_SEED=$(SEED) $(SWIFT) test $(SWIFT_FLAGS) --filter Fuzz

install: build ## install below PREFIX (/usr/local); DESTDIR is respected
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 "$$($(SWIFT) build $(RELEASE) $(SWIFT_FLAGS) --show-bin-path)/descent" "$(DESTDIR)$(PREFIX)/bin/descent"

uninstall: ## remove what install installed
	rm -f "$(DESTDIR)$(PREFIX)/bin/descent"

clean: ## remove what was built
	rm -rf .build Benchmarks/.build
