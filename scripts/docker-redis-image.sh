#!/usr/bin/env bash
# Makes a Docker image of the redis-server of this machine, for tests where no registry can be reached: the program
# and the libraries that it is linked with, and nothing else.
# Use: scripts/docker-redis-image.sh [name]     (resplendent-redis when left out)
set -euo pipefail

name=${1:-resplendent-redis}
program=$(readlink -f "$(command -v redis-server)")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

install -D -m 755 "$program" "$root/usr/bin/redis-server"
# Lines of ldd: "libm.so.6 => /lib/.../libm.so.6 (0x...)" and, for the loader, "/lib64/ld-linux-x86-64.so.2 (0x...)".
ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
  install -D -m 755 "$(readlink -f "$library")" "$root$library"
done
mkdir -p "$root/data" "$root/tmp"

tar -C "$root" -c . | docker import \
  --change 'WORKDIR /data' \
  --change 'EXPOSE 6379' \
  --change 'CMD ["/usr/bin/redis-server", "--protected-mode", "no", "--save", ""]' \
  - "$name" >/dev/null
echo "$name"
