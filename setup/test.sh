#!/usr/bin/env bash
# Runs every check, or only those that are named.   setup/test.sh [fmt|clippy|clippy-wasm|stories|build|journeys]...
source "$(dirname "$0")/common.sh"
source setup/postgres.sh

step_fmt() { cargo fmt --all --check; }
step_clippy() {
    cargo clippy --workspace --exclude client --all-targets -- -D warnings
    # Not among all targets, since `make test` does not run it.
    cargo clippy -p server --test faults -- -D warnings
}
step_clippy-wasm() { cargo_wasm clippy -p client -- -D warnings; }
step_stories() {
    start_postgres
    # Stories wait – for a database, a process, the time that an answer has to take – more than they compute.
    cargo test --workspace --exclude client --no-fail-fast -- "--test-threads=$((2 * $(nproc)))"
}
step_build() { setup/build.sh; }
step_journeys() {
    [ -f end2end/package.json ] || fail "There is no end2end/package.json."
    [ -x target/release/portal ] || fail "There is no target/release/portal. Run: setup/test.sh build"
    start_postgres
    export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PORTAL_BIN=$PWD/target/release/portal
    npm_ci end2end
    (cd end2end && npx playwright test)
}

steps=("$@")
[ $# -gt 0 ] || steps=(fmt clippy clippy-wasm stories build journeys)
for step in "${steps[@]}"; do
    declare -F "step_$step" >/dev/null || fail "There is no step '$step'. Steps: fmt clippy clippy-wasm stories build journeys"
done

# A step that fails ends the script (set -e), and this says how to go on.
ended() {
    local status=$?
    stop_postgres
    [ "$status" = 0 ] || say "failed: $step, after $((SECONDS - began)) s. To repeat only this step: setup/test.sh $step"
    exit "$status"
}
trap ended EXIT

times=()
for step in "${steps[@]}"; do
    say "$step"
    began=$SECONDS
    "step_$step"
    times+=("$step $((SECONDS - began)) s")
    say "$step: $((SECONDS - began)) s"
done
summary=$(printf ', %s' "${times[@]}")
say "All passed in $SECONDS s: ${summary:2}"
