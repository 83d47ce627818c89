# `make up` and `make test` are all a newcomer needs; both do the set-up first.
.PHONY: up test verify setup jaeger

setup:
	@node scripts/setup.mjs

up: setup
	@exec bin/gatehouse up

test: setup
	@scripts/npm run --silent test

# For telemetry.jaeger: embedded, and for the tests that read traces back; needs Go.
jaeger: setup
	@scripts/node scripts/build-jaeger.ts

verify: setup
	@scripts/npm run --silent lint
	@scripts/npm run --silent types
	@scripts/npm run --silent boundaries
	@scripts/npm run --silent test
