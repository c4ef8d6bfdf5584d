# What the scripts of this folder share. Sourced, never run.
# shellcheck shell=bash

set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd -- "$root"

# Where the program finds Charters/, Resources/ and, beside them, .build-assets/.
export CHARTER_RESOURCES=$root

assets=$root/.build-assets
venv=$root/.build-venv
artifacts=$root/.build-artifacts

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }
stop() {
    printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
    exit 1
}

# port_is_taken PORT: whether something answers on the loopback address.
port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port: prints a port on which nothing listens at this moment; below those that outgoing connections take.
free_port() {
    local port
    for _ in {1..200}; do
        port=$((20000 + RANDOM % 12000))
        if ! port_is_taken "$port"; then
            say "$port"
            return
        fi
    done
    stop "no free port was found on the loopback address"
}

# answers PORT PATH: whether the server there answers 200.
answers() {
    local line
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
    IFS= read -r -t 5 line <&3 || line=
    exec 3>&-
    [[ $line == HTTP/1.1\ 200* ]]
}

# wait_for_server PID PORT LOG: returns once the sign-in page answers; stops when the process ends or a minute passes.
wait_for_server() {
    local pid=$1 port=$2 log=$3
    for _ in {1..300}; do
        if answers "$port" /sign-in 2>/dev/null; then return; fi
        if ! kill -0 "$pid" 2>/dev/null; then
            tail -n 20 -- "$log" >&2
            stop "the server ended before it answered; its last lines are above"
        fi
        sleep 0.2
    done
    tail -n 20 -- "$log" >&2
    stop "the server did not answer on port $port within a minute; its last lines are above"
}

# charter_binary debug|release: prints the path of the built program. CHARTER_BIN overrules it.
charter_binary() {
    if [[ -n ${CHARTER_BIN:-} ]]; then
        say "$CHARTER_BIN"
    elif [[ $1 == release ]]; then
        say "$root/.build-release/release/charter"
    else
        say "$root/.build/debug/charter"
    fi
}
