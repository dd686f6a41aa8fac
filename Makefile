# Everything that building and testing need is installed by the Go toolchain
# itself, from the versions in go.mod. `make test` is the one command to know.

GO ?= go

.PHONY: test
test: ## vet, lint and test everything
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) test ./...

.PHONY: build
build: ## build bin/jobgen
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/jobgen ./cmd/jobgen

.PHONY: golden
golden: ## write what jobgen says now into testdata/golden; read the diff
	$(GO) test ./cmd/jobgen ./pkg/kustomize -run 'TestGolden' -update

.PHONY: generate
generate: ## write the Go types of the schema, and what else is made from it
	$(GO) generate ./schema ./pkg/reference

.PHONY: openapi
openapi: ## write the trimmed OpenAPI documents of Kubernetes
	cd tools/openapi && $(GO) run . -out ../../pkg/validate/openapi

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME
	./tools/fuzz.sh $(FUZZTIME)
FUZZTIME ?= 30s

.PHONY: laws
laws: ## hold CASES random overlays against kustomize, and some against its programs
	$(GO) test ./pkg/kustomize -run 'TestOverlayLaw' -v -count=1 -timeout 30m -args -cases $(CASES) -seed $(SEED)
	cd test/kustomize && $(GO) test . -v -count=1 -timeout 30m -args -cases $$(( $(CASES) / 20 )) -seed $(SEED)
CASES ?= 10000
SEED ?= 1

.PHONY: bench
bench: ## time each stage, whole processes, and the floor to compare with
	$(GO) test -run '^$$' -bench . -benchmem ./cmd/jobgen ./pkg/kustomize

.PHONY: fresh
fresh: generate golden ## fail when generated files or goldens are not up to date
	git diff --exit-code -- schema testdata docs README.md pkg/kustomize/testdata

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'
