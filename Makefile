.PHONY: check update bench race seeds bombs module

# All that must hold before a commit.
check:
	.ci/run

# Rewrites golden files, transcripts and the output in documents. Read the diff.
update:
	go test ./scripts ./reports ./tcp ./luabind -update
	UPDATE=1 go test ./cmd/simlua

bench:
	go test -run '^$$' -bench . -benchmem ./...

race:
	go test -race ./...

# Plays every shipped script that must pass with the seeds 1 to 10,000, which
# takes an hour or more. SEEDS=100 and SCRIPTS="http proxy" play less.
SEEDS ?= 10000
seeds:
	SEEDS=$(SEEDS) SCRIPTS="$(SCRIPTS)" go test ./scripts -run TestSeeds -timeout 0 -v

# Plays the scripts that take what they can get with the guards as users have them,
# and measures them: 15 s and 3 GiB each. Minutes, with little else to do.
bombs:
	BOMBS=1 go test ./cmd/simlua -run TestBombs -timeout 0 -v

# Gives the module another path, everywhere: go.mod, imports, documents. For the
# day on which the repository gets its home.
module:
	@test -n "$(MODULE)" || { echo 'make module MODULE=host/owner/simlua'; exit 2; }
	git grep -lF "$$(go list -m)" -- '*.go' '*.md' | xargs sed -i "s|\b$$(go list -m | sed 's|[.]|[.]|g')\b|$(MODULE)|g"
	go mod edit -module $(MODULE)
	gofmt -w .
