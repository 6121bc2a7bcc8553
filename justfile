# What people do all day. `just --list` shows it.

# Everything that has to pass before a change lands
check: lint test
    cargo run --release -- build

# All tests, as the README has them
test *ARGS:
    cargo test {{ARGS}}

# Format, clippy and rustdoc, warnings as errors
lint:
    cargo fmt --all --check
    cargo clippy --all-targets -- -D warnings
    cargo clippy --package xtask --all-targets -- -D warnings
    RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps

# Rewrite the expected output of tests; look at the diff before you commit it
bless:
    INSTA_UPDATE=always SNAPSHOTS=overwrite SHARDBOOK_BLESS=1 cargo test
    cargo run --release -- compile

# The schemas that editors read; commit them after a change to fields or hardware
schema:
    cargo run -- schema json --out data/schema/json
    cargo run -- schema typescript --out data/schema/json

# The stages of the pipeline, and how time grows with pages
bench *ARGS:
    cargo bench {{ARGS}}

# This repository's own site, in public/
site *ARGS:
    cargo run --release -- build {{ARGS}}

# The pictures of the README: the main pages, light and dark, wide and phone. Needs Chromium and Node.js
pictures *NAMES:
    npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund
    cargo run --release -- build --out target/pictures/site
    SITE="$PWD/target/pictures/site" OUT="$PWD/docs/pictures" node tests/browser/pictures.mjs {{NAMES}}
    if command -v pngquant >/dev/null; then pngquant --force --ext .png --quality 70-95 --speed 1 docs/pictures/*.png; fi
