# The targets call the go command with the flags that matter; .ci/run runs more.

# Stamped into the binary. Empty: git is asked.
VERSION ?=

.PHONY: all test race lint package dist figures clean

all: test lint package

test:
	go test ./...

race:
	go test -race ./...

lint:
	test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	go vet ./...
	golangci-lint run ./...

# target/main and target/reactivate.zip, the same bytes for the same commit.
package:
	go run ./release -function -version "$(VERSION)"

# dist: what a release holds. The version comes from the tag.
dist:
	go run ./release -version "$(VERSION)"

# The tables of docs/performance.md, in some six minutes.
figures:
	go test ./internal/bench -run='^$$' -bench=. -benchtime=1x -rounds=501
	go test ./handler ./internal/aliyun ./internal/event ./internal/notify -run='^$$' -bench=.

clean:
	rm -rf target dist
