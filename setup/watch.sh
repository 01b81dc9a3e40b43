#!/usr/bin/env bash
# Builds and restarts the portal whenever a source file changes, with the quick builds. While a build fails, the last one runs on.
source "$(dirname "$0")/common.sh"

sources() {
    find app server style migrations setup Cargo.toml Cargo.lock -name node_modules -prune -o -type f -printf '%p %T@\n' 2>/dev/null |
        sort | sha256sum
}

server=
stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" || true
    server=
}
trap stop EXIT

mkdir -p data
while true; do
    seen=$(sources)
    if setup/build.sh dev; then
        stop
        target/debug/portal demo --if-empty || true
        target/debug/portal serve &
        server=$!
    else
        say "the build failed; waiting for a change"
    fi
    while [ "$(sources)" = "$seen" ]; do sleep 0.5; done
done
