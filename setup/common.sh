# Sourced by the other scripts of this folder: where things are, how they speak, and what more than one of them needs.
# shellcheck shell=bash

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# One target folder, whatever the machine's own settings say: the server embeds what lies in target/site.
export CARGO_TARGET_DIR=$PWD/target

say() { printf '\e[1m· %s\e[0m\n' "$*" >&2; }
fail() {
    printf '\e[1;31m✗ %s\e[0m\n' "$*" >&2
    exit 1
}

# WebAssembly's standard library comes with rustup's compiler, or else is built from Debian's sources of its own compiler.
rustup_has_wasm() { [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]; }

# cargo for the browser's crate, e.g. `cargo_wasm build -p client`. What follows `--` is passed on, as cargo does.
cargo_wasm() {
    local command=$1
    shift
    if rustup_has_wasm; then
        cargo "$command" --target wasm32-unknown-unknown "$@"
    else
        # A target folder of its own, so that the two compilers do not throw away each other's work.
        RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22 \
            CARGO_TARGET_DIR=$PWD/target/web PATH=/usr/bin:$PATH \
            /usr/bin/cargo "$command" -Zbuild-std=std,panic_abort --target wasm32-unknown-unknown "$@"
    fi
}

# Where cargo_wasm puts what it builds.
wasm_folder() {
    if rustup_has_wasm; then echo target/wasm32-unknown-unknown; else echo target/web/wasm32-unknown-unknown; fi
}

# The wasm-bindgen tool must be of the very version of the library.
wasm_bindgen_version() { awk '$0 == "name = \"wasm-bindgen\"" { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock; }

# Prints the path of that tool, or fails: one on the PATH, one kept for all clones of this folder, or one kept in this folder.
wasm_bindgen() {
    local version tool found
    version=$(wasm_bindgen_version)
    for tool in "$(command -v wasm-bindgen || true)" "$(tools_cache)/wasm-bindgen-$version/bin/wasm-bindgen" \
        "target/tools/wasm-bindgen-$version/bin/wasm-bindgen"; do
        [ -x "$tool" ] || continue
        read -r _ found _ < <("$tool" --version)
        if [ "$found" = "$version" ]; then
            echo "$tool"
            return
        fi
    done
    return 1
}

tools_cache() { echo "${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/portal-tools"; }

# npm_ci FOLDER: installs what its lock file says, unless that has been done already.
npm_ci() {
    [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] && return
    command -v npm >/dev/null || fail "npm is missing. Install Node 20 or newer, then run this again."
    say "npm packages of $1/"
    (cd "$1" && npm ci --no-audit --no-fund --loglevel=error) || fail "npm failed. Try: cd $1 && npm ci"
    touch "$1/node_modules/.package-lock.json"
}
