#!/usr/bin/env bash
# Builds the portal: the site's files, then the server that carries them.   setup/build.sh [release|dev]
#   release   what is shipped: target/release/portal
#   dev       quick to build, large, not optimised: target/debug/portal
source "$(dirname "$0")/common.sh"
mode=${1:-release}

if [ "$mode" = release ]; then wasm_profile=wasm; else wasm_profile=dev; fi
cargo_wasm build -p client --profile "$wasm_profile"
wasm=$(wasm_folder)/${wasm_profile/dev/debug}/client.wasm

# The browser's bundle, made again only when the compiler's output, the tools or this script changed.
bundle=target/client/$mode
tool=$(wasm_bindgen) || fail "wasm-bindgen is missing. Run: setup/tools.sh"
inputs=$(sha256sum "$wasm" setup/build.sh setup/package-lock.json | sha256sum)" $(wasm_bindgen_version)"
if [ "$(cat "$bundle/inputs" 2>/dev/null)" != "$inputs" ]; then
    say "browser's bundle"
    rm -rf "$bundle"
    "$tool" --target web --no-typescript --out-name client --out-dir "$bundle" "$wasm"
    [ ! -e "$bundle/snippets" ] || fail "A crate brings scripts of its own ($bundle/snippets); setup/site.mjs would have to publish them."
    if [ "$mode" = release ]; then
        # The features that Rust's own target has; every browser since 2023 has them too.
        setup/node_modules/.bin/wasm-opt -Oz --strip-debug --strip-producers --strip-target-features \
            --enable-bulk-memory --enable-bulk-memory-opt --enable-call-indirect-overlong --enable-multivalue \
            --enable-mutable-globals --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext \
            "$bundle/client_bg.wasm" -o "$bundle/client_bg.wasm"
    fi
    echo "$inputs" >"$bundle/inputs"
fi
node setup/site.mjs "$mode"

if [ "$mode" = release ]; then cargo build --release -p server; else cargo build -p server; fi
