#!/usr/bin/env bash
# Makes a Docker image of the redis-server of this machine, for tests where no registry can be reached: the program, a
# shell for its entry, and the libraries that both are linked with. Like the official image it starts redis-server,
# takes other words for its command line, and lets in who comes from outside the container. Linux only.
# Use: scripts/docker-redis-image.sh [name]     (resplendent-redis when left out)
set -euo pipefail

name=${1:-resplendent-redis}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

for program in /usr/bin/redis-server /bin/sh; do
  source=$(readlink -f "$(command -v "$(basename "$program")")")
  install -D -m 755 "$source" "$root$program"
  # Lines of ldd: "libm.so.6 => /lib/.../libm.so.6 (0x...)" and, for the loader, "/lib64/ld-linux-x86-64.so.2 (0x...)".
  ldd "$source" | grep -o '/[^ ]*' | while read -r library; do
    install -D -m 755 "$(readlink -f "$library")" "$root$library"
  done
done
mkdir -p "$root/data" "$root/tmp"

# Without a password redis-server refuses who is not on the loopback, and a published port comes over the bridge.
cat >"$root/entry.sh" <<'ENTRY'
#!/bin/sh
if [ "$1" = redis-server ]; then set -- "$@" --protected-mode no --save ""; fi
exec "$@"
ENTRY
chmod 755 "$root/entry.sh"

tar -C "$root" -c . | docker import \
  --change 'WORKDIR /data' \
  --change 'EXPOSE 6379' \
  --change 'ENTRYPOINT ["/entry.sh"]' \
  --change 'CMD ["redis-server"]' \
  - "$name" >/dev/null
echo "$name"
