.PHONY: check update bench race

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
