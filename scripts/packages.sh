#!/usr/bin/env bash
# Makes the packages for other languages from one bundle of the vectors, and tests each as its users would: installed in an
# empty folder, with the unit test of a real decoder; and a Python wheel that holds the program. The packages are left in target/packages. A language whose toolchain is
# missing is left out with a line that says so.
# Usage: scripts/packages.sh [spontan], the program that writes the bundle (default: it is built).
# PROFILE=dist makes a wheel of the program that can be published; by default it holds a quick build.
set -euo pipefail
cd "$(dirname "$0")/.."
spontan=${1:-}
if [ -z "$spontan" ]; then
    cargo build --locked
    spontan=target/debug/spontan
fi

root=$PWD
target=$root/target/packages
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$target"
mkdir -p "$target"

said=$("$spontan" vectors bundle --output "$work/bundle")
echo "$said"
(cd "$work/bundle" && sha256sum --check --quiet SHA256SUMS)
version=$("$spontan" --version)
version=${version#spontan }
# What the tests of each package ask for.
export SPONTAN_CASES=${said%% cases*} SPONTAN_BUNDLE=$work/bundle

# copy PACKAGE: what is committed of it, with its version and the licences, in $work/PACKAGE.
copy() {
    cp -R "packages/$1" "$work/$1"
    cp LICENSE-MIT LICENSE-APACHE "$work/$1"
    cp vectors/LICENSE "$work/$1/LICENSE-CC0"
    local file
    { grep -rl '@version@' "$work/$1" || true; } | while read -r file; do
        sed "s/@version@/$version/" "$file" >"$work/versioned"
        mv "$work/versioned" "$file"
    done
}

make_python() {
    cp -R "$work/bundle/suites" "$work/python/spontan_vectors/"
    python3 -m venv "$work/venv"
    local python=$work/venv/bin/python
    SOURCE_DATE_EPOCH=315532800 "$python" -m pip --quiet --disable-pip-version-check wheel --no-deps --wheel-dir "$target/python" "$work/python"
    "$python" -m pip --quiet --disable-pip-version-check install \
        -r "$work/python/example/requirements.txt" -r "$work/python/tests/requirements.txt" "$target"/python/*.whl
    mkdir "$work/clean" && cd "$work/clean"
    cp "$work"/python/example/*.py "$work"/python/tests/*.py .
    "$python" -m pytest --quiet .
}

make_program() {
    python3 -m venv "$work/venv"
    local bin=$work/venv/bin
    "$bin/python" -m pip --quiet --disable-pip-version-check install 'maturin>=1.9,<2'
    (cd packages/program && "$bin/maturin" build --quiet --profile "${PROFILE:-dev}" --target-dir "$root/target" --out "$target/program")
    mkdir "$work/clean" && cd "$work/clean"
    python3 -m venv clean
    clean/bin/python -m pip --quiet --disable-pip-version-check install --no-index "$target"/program/*.whl
    # As a user would, with an adapter that `init` wrote.
    clean/bin/spontan init --lang python --output adapter >/dev/null
    clean/bin/spontan check -k 'bigsize.decode/**' -- python3 adapter/adapter.py | tail -n 1
    clean/bin/spontan check | tail -n 1
}

make_npm() {
    cp -R "$work/bundle/suites" "$work/npm/"
    mkdir "$target/npm"
    (cd "$work/npm" && npm pack --silent --pack-destination "$target/npm" >/dev/null)
    mkdir "$work/clean" && cd "$work/clean"
    cp "$work"/npm/example/* "$work"/npm/tests/* .
    npm install --silent --ignore-scripts --no-audit --no-fund --no-package-lock "$target"/npm/*.tgz
    npx --no-install tsc --noEmit --strict --module nodenext types.ts
    node --test --test-reporter=tap . >"$work/said" || { cat "$work/said" && exit 1; }
    grep -E '^# (tests|pass|fail) ' "$work/said"
}

make_go() {
    mkdir "$target/go"
    cp "$work"/go/{README.md,LICENSE-*,go.mod,*.go} "$target/go"
    cp -R "$work/bundle/suites" "$target/go/"
    cp -R "$work/go/example" "$work/clean" && cd "$work/clean"
    (cd "$target/go" && [ -z "$(gofmt -l . "$work/clean")" ] && GOTOOLCHAIN=local go vet . && GOTOOLCHAIN=local go test .)
    go mod edit -replace "spontan/vectors=$target/go"
    # Go names every module that it fetches; that is of interest only when something fails.
    GOTOOLCHAIN=local GOFLAGS=-mod=mod go test . 2>"$work/said" || { cat "$work/said" >&2 && exit 1; }
}

make_rust() {
    # One for all that is compiled, and kept, so that LDK is compiled once.
    local -x CARGO_TARGET_DIR=$root/target/packages-cargo
    local crate=spontan-vectors-$version suite
    # Cargo also reads the file as it is committed, so that has the version itself.
    if ! grep -qx "version = \"$version\"" "$work/rust/Cargo.toml"; then
        echo "packages/rust/Cargo.toml has another version than $version" >&2
        exit 1
    fi
    cp -R "$work/bundle/suites" "$work/rust/" && cd "$work/rust"
    { echo '&[' && for suite in suites/*.json; do
        suite=$(basename "$suite" .json)
        echo "    (\"$suite\", include_str!(\"$suite.json\")),"
    done && echo ']'; } >suites/all.rs
    cargo clippy --locked --quiet --all-targets -- -D warnings
    cargo package --locked --quiet --no-verify
    mkdir "$target/rust"
    cp "$CARGO_TARGET_DIR/package/$crate.crate" "$target/rust"
    # With the time of now: Cargo packs every file with one time, and takes what is no newer for what it compiled before.
    tar -xmzf "$target/rust/$crate.crate" -C "$target/rust"
    cp -R example "$work/clean"
    sed "s|path = \"..\"|path = \"$target/rust/$crate\"|" example/Cargo.toml >"$work/clean/Cargo.toml"
    cp tests/*.rs "$work/clean/tests" && cd "$work/clean"
    # What has no tests says so, too; that is of interest only when something fails.
    {
        cargo test --locked --quiet && cargo test --locked --quiet --manifest-path "$target/rust/$crate/Cargo.toml"
    } >"$work/said" 2>&1 || { cat "$work/said" >&2 && exit 1; }
    grep -E '^test result: ok. [1-9]' "$work/said"
}

make_c() {
    mkdir "$target/c"
    cp -R "$work"/c/{README.md,LICENSE-*,example} "$target/c"
    "$spontan" vectors export --format c >"$target/c/spontan_cases.h"
    mkdir "$work/clean" && cd "$work/clean"
    local test
    for test in "$target/c/example/test_bigsize.c" "$work/c/tests/test_package.c"; do
        cc -std=c99 -Wall -Wextra -Werror -I "$target/c" -o test "$test"
        ./test
    done
}

make_java() {
    # A repository of its own: nothing is left in the user's, and no package that was made before is taken for this one.
    local maven=(mvn --batch-mode --quiet --no-transfer-progress "-Dstyle.color=never" "-Dmaven.repo.local=$root/target/packages-maven")
    rm -rf "$root/target/packages-maven/spontan"
    local resources=$work/java/src/main/resources/spontan/vectors operations
    mkdir -p "$resources" "$target/java"
    cp -R "$work/bundle/suites" "$resources/"
    operations=$(cd "$work/bundle/suites" && printf '"%s",' *.json)
    operations=${operations//.json/}
    echo "[${operations%,}]" >"$resources/operations.json"
    (cd "$work/java" && "${maven[@]}" install && grep -h 'Tests run' target/surefire-reports/*.txt)
    cp "$work"/java/target/*.jar "$work/java/pom.xml" "$target/java"
    cp -R "$work/java/example" "$work/clean" && cd "$work/clean"
    "${maven[@]}" test && grep -h 'Tests run' target/surefire-reports/*.txt
}

# Why a language is left out; nothing if its toolchain is here.
missing() {
    case $1 in
        python) python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' 2>/dev/null || echo "Python 3.9 or later with venv" ;;
        program) python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 8))' 2>/dev/null || echo "Python 3.8 or later with venv" ;;
        npm) command -v npm >/dev/null && node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' || echo "Node.js 20 or later with npm" ;;
        go) (cd packages/go/example && GOTOOLCHAIN=local go list -m) >/dev/null 2>&1 || echo "Go $(sed -n 's/^go //p' packages/go/example/go.mod) or later" ;;
        rust) command -v cargo >/dev/null && printf '%s\n' "cargo $(sed -n 's/^rust-version = "\(.*\)"/\1/p' packages/rust/Cargo.toml)" "$(cargo --version)" | sort -V -C || echo "the Rust of packages/rust/Cargo.toml, or a later one" ;;
        c) command -v cc >/dev/null || echo "a C compiler" ;;
        java)
            local major
            major=$(java -version 2>&1 | sed -nE 's/.* version "([0-9]+).*/\1/p') || major=
            command -v mvn >/dev/null && [ "${major:-0}" -ge 17 ] || echo "Java 17 or later and Maven"
            ;;
    esac
}

for language in python program npm go rust c java; do
    needs=$(missing "$language")
    if [ -n "$needs" ]; then
        echo "== packages/$language left out: it needs $needs"
        continue
    fi
    echo "== packages/$language"
    copy "$language"
    (make_"$language")
    rm -rf "$work/clean"
done
