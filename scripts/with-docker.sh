#!/usr/bin/env bash
# Runs a command where a Docker engine answers. Where none does, a dockerd is started for it, which keeps everything in
# a temporary folder and ends with the command. Where that cannot be, says why and runs the command all the same: what
# needs the engine will not find it.
# Use: scripts/with-docker.sh npm test
set -euo pipefail

patience=30 # seconds, for the start and for the end

answers() { timeout 10 docker version >/dev/null 2>&1; }
if answers; then exec "$@"; fi

folder=$(mktemp -d /tmp/resplendent-docker-XXXXXX)
engine=
runs() { [ -n "$engine" ] && kill -0 "$engine" 2>/dev/null; }
stop() {
  if runs; then kill "$engine"; fi
  for ((tries = 0; tries < patience * 10; tries++)); do
    runs || break
    sleep 0.1
  done
  if runs; then kill -KILL "$engine"; fi
  rm -rf "$folder"
}
trap stop EXIT

# Ports are published by a process of Docker's; without rules of iptables this works in more places, and leaves the
# machine's firewall as it is.
export DOCKER_HOST="unix://$folder/docker.sock"
dockerd --host "$DOCKER_HOST" --pidfile "$folder/pid" --data-root "$folder/data" --exec-root "$folder/exec" \
  --iptables=false --ip6tables=false --log-level warn >"$folder/log" 2>&1 &
engine=$!
for ((tries = 0; tries < patience * 5; tries++)); do
  if answers || ! runs; then break; fi
  sleep 0.2
done
if ! answers; then
  printf 'No Docker engine answers, and none could be started:\n' >&2
  tail -n 5 "$folder/log" >&2
fi

status=0
"$@" || status=$?
exit "$status"
