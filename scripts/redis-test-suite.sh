#!/usr/bin/env bash
# Redis's own test suite (of Debian's source package, in Tcl) against the built mini server:
#
#   scripts/redis-test-suite.sh [--own] FOLDER [UNIT ...]
#
# FOLDER keeps the sources and the logs. UNITs are names such as unit/type/list; all of unit/ when left out. Each has a
# server of its own that the suite is pointed to; with --own the suite starts and stops servers itself, which runs what
# it skips otherwise. REDIS=redis-server runs the same on another server, TAGS leaves tests out
# (default: "-needs:repl"), ONLY names a single test.
set -euo pipefail
own=false
if [ "$1" = --own ]; then own=true; shift; fi
folder=$(realpath -m "$1")
shift
program=$(cd "$(dirname "$0")/.." && pwd)/dist/cli.js
tags=${TAGS--needs:repl}

mkdir -p "$folder/lists/partial" "$folder/logs"
suite=$(echo "$folder"/redis-7*/)
if [ ! -d "$suite" ]; then
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  for mirror in "debian bookworm" "debian-security bookworm-security"; do
    echo "deb-src [signed-by=$keys] http://deb.debian.org/$mirror main"
  done >"$folder/sources.list"
  options=(-o "Dir::Etc::SourceList=$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$folder/lists")
  (
    cd "$folder"
    apt-get "${options[@]}" update -qq
    apt-get "${options[@]}" source --download-only -qq redis
    tar xf redis_7*.orig.tar.gz
  )
  suite=$(echo "$folder"/redis-7*/)
  for tool in redis-cli redis-benchmark redis-check-aof redis-check-rdb; do
    ln -s "$(command -v $tool)" "$suite/src/$tool"
  done
fi
cd "$suite"

server=${REDIS:-"$suite/src/mini-server"}
printf '#!/bin/bash\nexec node "%s" server "$@"\n' "$program" >src/mini-server
chmod +x src/mini-server
ln -sf "$(command -v "$server")" src/redis-server

if [ $# -gt 0 ]; then units=("$@"); else mapfile -t units < <(./runtest --list-tests | grep '^unit/'); fi
for unit in "${units[@]}"; do
  log=$folder/logs/${unit//\//-}.log
  options=(--durable --clients 1 --baseport $((20000 + RANDOM % 20000)) ${tags:+--tags "$tags"} ${ONLY:+--only "$ONLY"})
  if ! $own; then
    port=$((10000 + RANDOM % 9000))
    "$server" --port "$port" --dir "$folder/logs" --save "" --enable-debug-command yes \
      --enable-protected-configs yes >"$log.server" 2>&1 &
    running=$!
    until redis-cli -p "$port" ping >/dev/null 2>&1; do sleep 0.1; done
    options+=(--host 127.0.0.1 --port "$port")
  fi
  timeout 900 ./runtest "${options[@]}" --single "$unit" >"$log" 2>&1 || true
  if ! $own; then kill "$running"; wait "$running" 2>/dev/null || true; fi
  count() { sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -acE "^\[$1\]" || true; }
  echo "$unit: $(count ok) passed, $(count err) failed, $(count exception) broken off, $(count '(ignore|skip)') skipped"
done
