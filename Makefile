# What a user runs. Each target first installs the Debian packages it needs (scripts/install); as root or with sudo.
#   make build   the program, build/release/wfm
#   make test    builds and runs every test
#   make demo    a quick experiment and its report, demo/report.html
#   make pictures  the pictures of README and docs, from the demo and the theory experiments
#   make sweep  every theory calculation at 10 000 random parameter points (hours; docs/theory/accuracy.md)
#   make bench   timings of the hot loops, beside NumPy and SciPy
#   make format, make lint, make clean
JOBS ?= $(shell nproc)
PYTHON := /usr/bin/python3

.PHONY: build test demo pictures sweep bench format lint clean
.DEFAULT_GOAL := build
.NOTPARALLEL:

build:
	@scripts/install build
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release -j $(JOBS) --target wfm
	@echo "built build/release/wfm"

test:
	@scripts/install build test
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release -j $(JOBS)
	@ctest --preset release -j $(JOBS)

demo: build
	@scripts/install demo
	build/release/wfm reproduce demo --output demo/
	build/release/wfm report demo/results.json --output demo/report.html
	@echo "the report is at $(CURDIR)/demo/report.html"

EXPERIMENT_PICTURES := margin-entropy franz-parisi alpha-le cross-entropy-minimisers committee-local-entropy parity amp-teacher-student algorithmic-thresholds local-entropy-of-solutions stabilities generalisation number-of-parameters paths committee-algorithms hessians norm-schedules fashion-mnist

pictures: demo
	@mkdir -p docs/pictures && cp demo/overview.png docs/pictures/overview.png
	@for name in $(EXPERIMENT_PICTURES); do \
	  build/release/wfm reproduce $$name --output build/pictures/$$name --quiet && \
	  cp build/pictures/$$name/overview.png docs/pictures/$$name.png || exit 1; done

sweep:
	@scripts/install build test
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release -j $(JOBS) --target theory_sweep
	@build/release/tests/theory_sweep/theory_sweep --points 10000 --threads $(JOBS)

bench:
	@scripts/install build bench
	@cmake --preset bench --log-level=WARNING >/dev/null
	@cmake --build --preset bench -j $(JOBS)
	@for program in build/bench/src/*/bench_*; do [ ! -x $$program ] || $$program --benchmark_color=false || exit 1; done
	@for baseline in bench/*.py; do [ ! -e $$baseline ] || $(PYTHON) $$baseline || exit 1; done

format:
	@scripts/install ci
	@git ls-files -z '*.hpp' '*.cpp' | xargs -0 clang-format -i

lint:
	@scripts/install build ci
	@scripts/lint

clean:
	rm -rf build demo
