# make check is what a change has to pass; .ci/run does more.

FUZZTIME ?= 30s
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@latest

.PHONY: build check fuzz golden bench e2e pcaps vulnerabilities release

build:
	CGO_ENABLED=0 go build -o wsight ./cmd/wsight

check:
	@test -z "$$(git ls-files '*.go' | xargs gofmt -l | tee /dev/stderr)"
	go vet ./...
	go run $(STATICCHECK) ./...
	go test -race ./...

# Every fuzz target of the module, for so much processor time each.
fuzz:
	go run ./bench/fuzz -for $(FUZZTIME) -log "$$(mktemp)"

# Everything that runs other programs, all cases of it. It needs root, and the
# programs that .ci/run installs.
e2e:
	WSIGHT_E2E=all go test -count=1 ./...

# Rewrites what tests compare with: read the difference before committing it.
golden:
	UPDATE=1 go test ./...

bench:
	go run ./bench/run

pcaps:
	go run ./pcaps/gen

vulnerabilities:
	go mod verify
	go run golang.org/x/vuln/cmd/govulncheck@latest ./... || echo "govulncheck did not run or found something: read above"

# Static programs with their checksums, in dist/. VERSION names the release.
VERSION ?= $(shell git describe --tags --always --dirty)
release:
	rm -rf dist && mkdir dist
	@for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64; do \
		os=$${target%/*}; arch=$${target#*/}; end=; [ $$os = windows ] && end=.exe; \
		echo "wsight-$$os-$$arch$$end"; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" \
			-o dist/wsight-$$os-$$arch$$end ./cmd/wsight || exit 1; \
	done
	cd dist && sha256sum wsight-* >SHA256SUMS
