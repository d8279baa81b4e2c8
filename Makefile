# Each target is one script. `make demo` and `make test` set up what they need first.
PORT ?= 8000

.PHONY: demo test check format bench faults soak fuzz engines screens docs install build audit

demo:
	@scripts/install && scripts/build && exec .venv/bin/turnstream demo --port $(PORT)

test:
	@scripts/install --test && scripts/build && scripts/test

check:
	@scripts/install && scripts/check

format:
	@scripts/install --test && scripts/format

bench:
	@scripts/install && scripts/build && scripts/bench

faults:
	@scripts/install --test && scripts/build && scripts/faults

soak:
	@scripts/install --test && scripts/build && scripts/soak $(MINUTES)

fuzz:
	@scripts/install && scripts/build && scripts/fuzz

engines:
	@scripts/install --engines && scripts/build && scripts/engines

screens:
	@scripts/install --test && scripts/screens

docs:
	@scripts/install && scripts/build && scripts/docs

build:
	@scripts/install && scripts/build --wheel

audit:
	@scripts/install && scripts/audit

install:
	@scripts/install --test && scripts/build
