#!/usr/bin/env bash
# Brings what is missing on this machine.   setup/tools.sh [run|test]
#   run    what building and running the portal needs (the default)
#   test   that, and what the tests need: a browser, PostgreSQL, a Chinese font, rustfmt and clippy
source "$(dirname "$0")/common.sh"
purpose=${1:-run}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "This needs root. As root, run: $*"
    fi
}

apt_install() {
    [ $# = 0 ] && return
    command -v apt-get >/dev/null || fail "Missing: $*. Install them (these are Debian's names), then run this again."
    say "Debian packages: $*"
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -qq)
    as_root "${install[@]}" update || fail "apt-get update failed: look at /etc/apt/sources.list and the network."
    as_root "${install[@]}" -y --no-install-recommends install "$@" >/dev/null ||
        fail "apt-get failed. Try: apt-get install $*"
}

# Debian packages, each asked for by what it brings.
missing=()
command -v cc >/dev/null || missing+=(gcc libc6-dev)
if [ "$purpose" = test ]; then
    command -v chromium >/dev/null || missing+=(chromium)
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
    compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null || missing+=(fonts-noto-cjk)
fi
apt_install "${missing[@]}"

# Rust for the server, and for the browser.
command -v cargo >/dev/null || fail "Rust is missing. Install it from https://rustup.rs, then run this again."
if [ "$purpose" = test ]; then
    cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 ||
        timeout 60 rustup component add rustfmt clippy || fail "Try: rustup component add rustfmt clippy"
fi
if ! rustup_has_wasm; then
    debian_rust=(rustc-web cargo-web rust-web-src lld-22)
    [ "$purpose" = test ] && debian_rust+=(rust-web-clippy)
    if dpkg -s "${debian_rust[@]}" >/dev/null 2>&1; then
        : # An earlier run ended there.
    elif say "Rust's WebAssembly target" && timeout 60 rustup target add wasm32-unknown-unknown; then
        : # The usual way.
    else
        say "rustup could not bring it; taking Debian's Rust for the browser's part"
        apt_install "${debian_rust[@]}"
    fi
fi

# The tools that make the site's files.
if ! wasm_bindgen >/dev/null; then
    version=$(wasm_bindgen_version)
    folder=$(tools_cache)
    mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ] || folder=target/tools
    say "wasm-bindgen $version, built once for this machine (a few minutes)"
    # It runs for a second at a time: what counts is how fast it is built.
    CARGO_TARGET_DIR=target/tools/build CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=1 cargo install --quiet wasm-bindgen-cli --version "$version" \
        --root "$folder/wasm-bindgen-$version" 2> >(grep -v 'to your PATH' >&2) ||
        fail "Could not build it. Try: cargo install wasm-bindgen-cli --version $version"
    rm -rf target/tools/build
fi
npm_ci setup
