# Sourced by test.sh: a PostgreSQL of its own for the tests. Who calls start_postgres calls stop_postgres when it ends.
# shellcheck shell=bash

# Starts it on a free port of this machine and exports PORTAL_TEST_POSTGRES. One that is set already is used as it is.
start_postgres() {
    [ -z "${PORTAL_TEST_POSTGRES:-}" ] || return 0
    local bin port
    bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
    [ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
    [ -x "$bin/initdb" ] || fail "PostgreSQL is missing. Run: setup/tools.sh test"
    port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')

    # PostgreSQL refuses to run as root.
    as_postgres=()
    if [ "$(id -u)" = 0 ]; then
        local user=nobody
        id -u postgres >/dev/null 2>&1 && user=postgres
        as_postgres=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups env HOME=/tmp)
    fi
    # In /tmp whatever TMPDIR says: that user must get there, and a socket's path may have 107 characters.
    postgres_folder=$(mktemp -d /tmp/portal-postgres.XXXXXX)
    postgres_ctl=$bin/pg_ctl
    [ ${#as_postgres[@]} = 0 ] || chown "$user" "$postgres_folder"

    (
        cd "$postgres_folder"
        "${as_postgres[@]}" "$bin/initdb" -D data -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync
        # Nothing in it outlives the tests, so it need not reach the disk.
        cat >>data/postgresql.conf <<EOF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$postgres_folder'
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
EOF
        "${as_postgres[@]}" "$postgres_ctl" -D data -l server.log -w start
    ) >"$postgres_folder.log" 2>&1 || fail "PostgreSQL did not start:"$'\n'"$(cat "$postgres_folder.log" "$postgres_folder/server.log" 2>/dev/null)"
    export PORTAL_TEST_POSTGRES=postgres://postgres@127.0.0.1:$port/postgres
}

stop_postgres() {
    [ -n "${postgres_folder:-}" ] || return 0
    (cd "$postgres_folder" && "${as_postgres[@]}" "$postgres_ctl" -D data -m immediate stop) >/dev/null 2>&1 || true
    rm -rf "$postgres_folder" "$postgres_folder.log"
}
