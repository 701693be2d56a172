#!/usr/bin/env bash
# Starts a chain and a Lightning node, judges the node over the wire, ends both and leaves nothing.
#
#   scripts/wire.sh NODE [ARGUMENTS OF spontan check…]     builds, starts, judges
#   scripts/wire.sh --pay NODE                             starts, and judges the node as a payer
#   scripts/wire.sh --faults NODE                          starts, and tests what the adapter says of its faults
#   scripts/wire.sh --start NODE                           starts, prints where all is, and waits until stdin ends or a signal
#   scripts/wire.sh --build NODE                           builds only
#
# NODE is lnd, lnd-without-keysend, ldk, ldk-without-keysend, core-lightning or eclair. The last two are used if they are
# on the PATH. SPONTAN and SPONTAN_WIRE name the programs if they are built already; CHANNELS is how many channels are used, WINDOW how
# many HTLCs are in flight on each.
# WIRE_PROFILE is Cargo's profile, dev or release. What a node is known for is in the file known-failures.toml of its folder
# (without keysend: known-failures-without-keysend.toml),
# which is used unless the arguments have --known-failures or --no-list.
#
# A node is a folder in wire/nodes with a script node.sh. It finds these in its environment:
#   WIRE_FOLDER         for everything that it writes; gone at the end
#   WIRE_PORT           where peers are to connect, on 127.0.0.1
#   WIRE_RPC_PORT       another free port
#   WIRE_CHAIN_ADDRESS  host:port of the chain's RPC, for any user and password
#   WIRE_ZMQ_ADDRESS    host:port of hashblock and rawtx, for nodes that want ZeroMQ
#   WIRE_REGCHAIN       the program of the chain, which is a bitcoin-cli too
#   WIRE_KEYSEND        accept or refuse
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
    sed -n '2,/^# which is used/s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

mode=check
case "${1:-}" in
    --pay | --faults | --start | --build) mode=${1#--} && shift ;;
esac
name=${1:-}
[ -n "$name" ] || usage
shift
export WIRE_KEYSEND=accept
case "$name" in *-without-keysend) WIRE_KEYSEND=refuse ;; esac
node=$root/wire/nodes/${name%-without-keysend}/node.sh
[ -x "$node" ] || usage

seconds() { printf '%(%s)T' -1; }
said() { echo "wire: $*" >&2; }

# --- build

target=${CARGO_TARGET_DIR:-$root/target/wire}
# `dev` is built sooner, `release` has more HTLCs a second.
export CARGO_TARGET_DIR=$target WIRE_BUILD=$target WIRE_PROFILE=${WIRE_PROFILE:-dev}
built=$target/${WIRE_PROFILE/#dev/debug}
build() {
    local package=$1
    shift
    cargo build --quiet --profile "$WIRE_PROFILE" --locked --manifest-path "$root/$package/Cargo.toml" --target-dir "$target" "$@"
}

status=0
"$node" build || status=$?
# 77: it is not here, and it has said so.
[ "$status" = 77 ] && exit 0
[ "$status" = 0 ] || exit "$status"
# Only Eclair wants ZeroMQ, which is a large part of the build.
features=()
[ "$name" != eclair ] || features=(--features zmq)
build wire/regchain ${features[@]+"${features[@]}"}
export WIRE_REGCHAIN=$built/regchain
if [ "$mode" != start ]; then
    if [ "$mode" = check ] || [ "$mode" = build ]; then [ -n "${SPONTAN:-}" ] || build . --bin spontan; fi
    if [ "$mode" != faults ] && [ -z "${SPONTAN_WIRE:-}" ]; then build wire; fi
fi
[ "$mode" != build ] || exit 0

# --- start

# Databases are written with every HTLC: in memory that takes no time.
memory=/dev/shm
[ -d "$memory" ] && [ -w "$memory" ] || memory=${TMPDIR:-/tmp}
WIRE_FOLDER=$(mktemp -d "$memory/spontan-wire.XXXXXX")
export WIRE_FOLDER
chain_process= user=

alive() { [ -n "$1" ] && kill -0 "$1" 2>/dev/null; }

# Ends a process: it is told, has five seconds, and is killed then.
end() {
    alive "$1" || return 0
    kill -CONT "$1" 2>/dev/null || true
    kill -TERM "$1" 2>/dev/null || return 0
    for _ in {1..50}; do
        alive "$1" || return 0
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null || true
}

clean() {
    local status=$?
    trap '' INT TERM HUP
    # Whoever uses both goes first.
    end "$user"
    # A restart may have made the node a process of its own, so its number is in a file.
    end "$(cat "$WIRE_FOLDER/node.pid" 2>/dev/null || true)"
    end "$chain_process"
    if [ -n "$chain_process" ]; then
        # What the chain did not know.
        grep 'is not known' "$WIRE_FOLDER/chain.err" >&2 || true
    fi
    if [ "$status" != 0 ] && [ -z "$user" ] && [ -s "$WIRE_FOLDER/node.err" ]; then
        said "the last that the node said:"
        tail -n 5 "$WIRE_FOLDER/node.err" >&2
    fi
    rm -rf "$WIRE_FOLDER"
    exit "$status"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Waits until a command succeeds, as long as the process lives, at most this many seconds.
wait_for() {
    local what=$1 process=$2 limit=$3 begin
    shift 3
    begin=$(seconds)
    until "$@"; do
        alive "$process" || { said "$what has ended" && return 1; }
        [ $(($(seconds) - begin)) -lt "$limit" ] || { said "$what is not ready after $limit s" && return 1; }
        sleep 0.05
    done
}

# A port on which nobody answers. Between asking and using it somebody may come; then the node says so.
free_port() {
    local port
    for _ in {1..100}; do
        port=$((20000 + RANDOM % 12000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return; }
    done
    return 1
}

WIRE_PORT=$(free_port) WIRE_RPC_PORT=$(free_port) WIRE_ZMQ_ADDRESS=127.0.0.1:$(free_port)
export WIRE_PORT WIRE_RPC_PORT WIRE_ZMQ_ADDRESS

zmq=()
[ "$name" != eclair ] || zmq=(--zmq "$WIRE_ZMQ_ADDRESS")
# It would wait for this script's stdin else, and signals from a terminal are this script's to pass on.
"$WIRE_REGCHAIN" --listen 127.0.0.1:0 ${zmq[@]+"${zmq[@]}"} >"$WIRE_FOLDER/chain.out" 2>"$WIRE_FOLDER/chain.err" </dev/null &
chain_process=$!
wait_for "the chain" "$chain_process" 30 test -s "$WIRE_FOLDER/chain.out"
chain=$(sed -n 's/.*"rpc":"\([^"]*\)".*/\1/p' "$WIRE_FOLDER/chain.out")
export WIRE_CHAIN_ADDRESS=${chain##*@}

# The node is started by a script of its own, which a hook can run again: it ends the node that is there, if one is.
cat >"$WIRE_FOLDER/start" <<START
#!/usr/bin/env bash
set -eu
old=\$(cat "$WIRE_FOLDER/node.pid" 2>/dev/null || true)
if [ -n "\$old" ] && kill -TERM "\$old" 2>/dev/null; then
    for _ in {1..100}; do kill -0 "\$old" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "\$old" 2>/dev/null || true
fi
# A session of its own: spontan ends an adapter with all that it started.
session=; command -v setsid >/dev/null && session=setsid
\$session bash -c 'echo \$\$ >"$WIRE_FOLDER/node.pid"; exec "$node" run' >"$WIRE_FOLDER/node.out" 2>"$WIRE_FOLDER/node.err" </dev/null &
for _ in {1..600}; do
    sleep 0.05
    [ -s "$WIRE_FOLDER/node.pid" ] && kill -0 "\$(cat "$WIRE_FOLDER/node.pid")" 2>/dev/null || continue
    if id=\$("$node" id 2>/dev/null) && [ -n "\$id" ]; then echo "\$id" && exit 0; fi
done
exit 1
START
chmod +x "$WIRE_FOLDER/start"
begin=$(seconds)
id=$("$WIRE_FOLDER/start") || { said "$name is not ready after $(($(seconds) - begin)) s" && exit 1; }
version=$("$node" version)
said "$name $version is $id@127.0.0.1:$WIRE_PORT, ready after $(($(seconds) - begin)) s; its chain is $chain"

# --- use

if [ "$mode" = start ]; then
    for variable in WIRE_FOLDER WIRE_PORT WIRE_RPC_PORT WIRE_CHAIN_ADDRESS WIRE_ZMQ_ADDRESS WIRE_REGCHAIN WIRE_KEYSEND WIRE_BUILD; do
        echo "export $variable='${!variable}'"
    done
    echo "NODE='$id@127.0.0.1:$WIRE_PORT'"
    echo "CHAIN='$chain'"
    echo "OPTIONS='$("$node" options)'"
    echo "INVOICE='$node invoice'"
    echo "PAY='$node pay'"
    echo "CLOSE='$node close'"
    echo "RESTART='$WIRE_FOLDER/start'"
    # In the background, so that a signal is heard while nothing comes.
    cat >/dev/null <&0 &
    user=$!
    wait "$user" || true
    exit 0
fi

adapter=${SPONTAN_WIRE:-$built/spontan-wire}
if [ "$mode" = pay ]; then
    "$adapter" pay --node "$id@127.0.0.1:$WIRE_PORT" --chain "$chain" --pay-command "$node pay" &
    user=$!
    wait "$user"
    exit
fi
if [ "$mode" = faults ]; then
    SPONTAN_WIRE_NODE=$id@127.0.0.1:$WIRE_PORT SPONTAN_WIRE_CHAIN=$chain SPONTAN_WIRE_FOLDER=$WIRE_FOLDER SPONTAN_WIRE_HOOK=$node \
        SPONTAN_WIRE_OPTIONS=$("$node" options) cargo test --profile "$WIRE_PROFILE" --locked --manifest-path "$root/wire/Cargo.toml" \
        --target-dir "$target" --test daemon -- --ignored --test-threads 1 &
    user=$!
    wait "$user"
    exit
fi

# What the node chose, word by word.
read -ra options <<<"$("$node" options)"
spontan=${SPONTAN:-$built/spontan}
# Several HTLCs one after the other, with blocks between them, take longer than spontan's time for a case.
arguments=(--timeout 60 --hello-timeout 60)
list=$(dirname "$node")/known-failures.toml
[ "$WIRE_KEYSEND" = accept ] || list=$(dirname "$node")/known-failures-without-keysend.toml
for argument in "$@"; do
    case "$argument" in --known-failures | --known-failures=* | --no-list) list= ;; esac
    [ "$argument" = --no-list ] || arguments+=("$argument")
done
[ -z "$list" ] || [ ! -e "$list" ] || arguments+=(--known-failures "$list")
"$spontan" check "${arguments[@]}" -- "$adapter" --node "$id@127.0.0.1:$WIRE_PORT" --chain "$chain" --channels "${CHANNELS:-1}" --window "${WINDOW:-200}" \
    --name "$name" --release "$version" --keysend "$WIRE_KEYSEND" "${options[@]}" \
    --invoice-command "$node invoice" --restart-command "$WIRE_FOLDER/start" &
user=$!
wait "$user"
