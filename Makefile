# make check is what a change has to pass; .ci/run does more.

FUZZTIME ?= 30s
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@latest

.PHONY: build check fuzz golden bench profile e2e pcaps vulnerabilities release

build:
	CGO_ENABLED=0 go build -o wsight ./cmd/wsight

# Tests have no use for the profile, for which all packages are compiled anew.
check:
	@test -z "$$(git ls-files '*.go' | xargs gofmt -l | tee /dev/stderr)"
	go vet ./...
	go run $(STATICCHECK) ./...
	go test -race -pgo=off ./...

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

# Notes where print spends its time, for the compiler: every build of wsight reads
# cmd/wsight/default.pgo. Takes a minute, better on a quiet machine.
profile:
	@set -e; dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	for profile in A B C D E; do \
		conns=200; [ $$profile != C ] || conns=20000; \
		go run ./bench/gen -profile $$profile -size 60000000 -conns $$conns -o "$$dir/$$profile.pcap"; \
	done; \
	CAPTURES="$$dir/A.pcap:$$dir/B.pcap:$$dir/C.pcap:$$dir/D.pcap:$$dir/E.pcap" \
		go test ./cmd/wsight -run '^$$' -bench Print -benchtime 2s -pgo=off -trimpath -o "$$dir/test" -cpuprofile "$$dir/cpu"; \
	mv "$$dir/cpu" cmd/wsight/default.pgo

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
