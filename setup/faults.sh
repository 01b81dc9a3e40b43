#!/usr/bin/env bash
# Does to the release build what it must withstand, on both databases, one thing after another.   setup/faults.sh [STORY]...
# PORTAL_BIN names another binary, PORTAL_FAULT_SECONDS another length than a minute.
source "$(dirname "$0")/common.sh"
source setup/postgres.sh

export PORTAL_BIN=${PORTAL_BIN:-$PWD/target/release/portal}
[ -x "$PORTAL_BIN" ] || fail "There is no $PORTAL_BIN. Run: make build"
trap stop_postgres EXIT
start_postgres
cargo test -q -p server --test faults -- --test-threads=1 --nocapture "$@"
