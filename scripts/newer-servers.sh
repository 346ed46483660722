#!/usr/bin/env bash
# Later releases than this Debian has, from its unstable one: `scripts/newer-servers.sh FOLDER [SUITE]` (as root).
# Makes FOLDER a Debian of its own, and FOLDER/bin with redis-server, valkey-server, redis-cli and python3 (with Celery),
# which run from outside of it. What is whole already is used again. Tests take them from REDIS8_SERVER, VALKEY_SERVER
# and CELERY_PYTHON.
set -euo pipefail
root=$(realpath -m "$1")
suite=${2:-sid}
packages=redis-server,redis-tools,valkey-server,python3-celery,python3-redis,python3-yaml

if [ ! -x "$root/bin/.whole" ]; then
  rm -rf "$root"
  debootstrap --variant=minbase --include="$packages" "$suite" "$root/debian" http://deb.debian.org/debian >&2
  mkdir -p "$root/bin"
  libraries="$root/debian/usr/lib/x86_64-linux-gnu"
  # Their own loader and libraries: they are newer than those of this system.
  for program in redis-server valkey-server redis-cli python3; do
    cat >"$root/bin/$program" <<END
#!/bin/bash
$([ "$program" = python3 ] && echo "export PYTHONHOME=$root/debian/usr")
exec "$libraries/ld-linux-x86-64.so.2" --argv0 "$root/bin/$program" --library-path "$libraries" \\
  "$root/debian/usr/bin/$program" "\$@"
END
    chmod +x "$root/bin/$program"
    "$root/bin/$program" --version >&2
  done
  install -m 755 /dev/null "$root/bin/.whole"
fi
