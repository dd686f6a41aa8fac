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

.PHONY: cross
cross: ## vet what Windows and macOS compile, tests included
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 $(GO) vet ./...
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 $(GO) vet ./...

.PHONY: pages
pages: ## write the man pages and completions of a release into build/pages
	$(GO) test ./cmd/jobgen -count=1 -run '^(TestManPages|TestCompletions)$$' -pages '$(CURDIR)/build/pages'

.PHONY: release-tools
release-tools: ## build the tools of a release, which tools/release pins, into tools/release/bin
	cd tools/release && GOBIN='$(CURDIR)/tools/release/bin' CGO_ENABLED=0 $(GO) install -trimpath tool

.PHONY: snapshot
snapshot: release-tools ## build a release of the last commit for all or some TARGETS into build/release, and test it
	./tools/release/snapshot.sh build/release $(TARGETS)
	cd tools/release && $(GO) vet . && $(GO) test -count=1 -v . -args $(TARGETS)
TARGETS ?=

.PHONY: reproducible
reproducible: release-tools ## build a release twice, the second time from nothing in another folder, and compare all files
	./tools/release/reproducible.sh $(TARGETS)

.PHONY: golden
golden: ## write what jobgen says now into testdata/golden; read the diff
	$(GO) test ./cmd/jobgen ./pkg/kustomize -run 'TestGolden' -update

.PHONY: generate
generate: ## write the Go types of the schema, and what else is made from it, from the OpenAPI documents and from the commands
	$(GO) generate ./schema ./pkg/validate ./pkg/reference ./pkg/explain ./pkg/jsonschema ./cmd/jobgen

.PHONY: openapi
openapi: ## write the trimmed OpenAPI documents of Kubernetes
	cd tools/openapi && $(GO) run . -out ../../pkg/validate/openapi

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME
	./tools/fuzz.sh $(FUZZTIME)
FUZZTIME ?= 30s

.PHONY: laws
laws: ## hold CASES random overlays, and specs with overlays, against kustomize, and some against its programs
	$(GO) test ./pkg/kustomize -run 'TestOverlayLaw' -v -count=1 -timeout 30m -args -cases $(CASES) -seed $(SEED)
	$(GO) test ./pkg/layout -run 'TestRandomSpecsInATree' -v -count=1 -timeout 60m -args -cases $(CASES) -seed $(SEED)
	cd test/kustomize && $(GO) test . -v -count=1 -timeout 30m -args -cases $$(( $(CASES) / 20 )) -seed $(SEED)
CASES ?= 10000
SEED ?= 1

.PHONY: agreement
agreement: ## hold jobgen against `cue vet`, over all examples and goldens and CASES/10 random specs, each right and with a mistake
	$(GO) build -o bin/cue cuelang.org/go/cmd/cue
	$(GO) test ./pkg/spec -run 'TestSpecsAsCUE' -v -count=1 -timeout 60m -args -cue '$(CURDIR)/bin/cue' -cases $$(( $(CASES) / 10 ))

.PHONY: engines
engines: ## compare what jobgen prints for Flux and Helm with what their own code makes of it, for CASES random texts
	cd test/engines && $(GO) vet . && $(GO) test . -v -count=1 -timeout 30m -args -cases $(CASES) -seed $(SEED)

.PHONY: seats
seats: ## build kustomize, kubectl and kpt, and hold jobgen in each of them against jobgen build
	$(GO) build -o test/bin/staticcheck honnef.co/go/tools/cmd/staticcheck
	cd test/seats && $(GO) vet . && ../bin/staticcheck . && $(GO) test . -v -count=1 -timeout 30m -args $(ARGS)
ARGS ?=

.PHONY: editor
editor: ## install what tests compare with that is in npm: the YAML language server and the package yaml; needs node
	cd test/editor && npm ci --no-audit --no-fund
	cd test/npmyaml && npm ci --no-audit --no-fund

.PHONY: site
site: ## build the documentation into bin/site, a folder of plain HTML
	rm -rf bin/site
	cd tools/site && $(GO) run . -out ../../bin/site

# The pages are not among the files that make Go test again: no caching.
.PHONY: site-test
site-test: site ## test the site, and look at it with Chromium; needs node and chromium-headless-shell
	cd tools/site && $(GO) vet ./... && $(GO) test -count=1 ./...
	cd test/site && npm ci --no-audit --no-fund && node --test

.PHONY: bench
bench: ## compare each stage and whole processes with the commit BASE
	./tools/bench.sh $(BASE)
BASE ?=

.PHONY: bench-peers
bench-peers: ## measure jobgen beside helm, kustomize, kubeconform and cue
	cd bench && $(GO) run . $(BENCHFLAGS)
BENCHFLAGS ?=

# A control plane is not among the files that make Go test again: no caching.
E2E = cd test/e2e && $(GO) test -v -count=1 -timeout 60m .

.PHONY: e2e
e2e: e2e-vet ## build a Kubernetes control plane and test against it
	$(E2E)

.PHONY: e2e-full
e2e-full: e2e-vet ## the same with more random objects, on API servers of three minors
	$(E2E) -args -cases 5000
	$(E2E) -run 'TestDifferential|TestRules|TestCorpus' -args -cases 5000 -minor 1.33
	$(E2E) -run 'TestDifferential|TestRules|TestCorpus' -args -cases 5000 -minor 1.29

.PHONY: tidy
tidy: ## bring go.mod and go.sum of this module, and of those that use it, up to date
	$(GO) mod tidy
	cd test/e2e && $(GO) mod tidy
	cd tools/site && $(GO) mod tidy
	cd test/seats && $(GO) mod tidy
	cd test/engines && $(GO) mod tidy

.PHONY: e2e-vet
e2e-vet:
	$(GO) build -o test/bin/staticcheck honnef.co/go/tools/cmd/staticcheck
	cd test/e2e && $(GO) vet ./... && ../bin/staticcheck ./... && $(GO) test ./controlplane ./mutate

.PHONY: fresh
fresh: generate golden ## fail when generated files or goldens are not up to date
	git diff --exit-code -- schema testdata docs README.md pkg/kustomize/testdata pkg/explain

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'
