#!/bin/sh
# Makes the image pawl/python-numpy from Debian packages, without an image registry: debootstrap into a folder, which is
# packed as a tar and imported. The tar is kept in .cache/docker (not in git), so the next time it is only imported.
# Needs root, debootstrap and a Docker daemon (DOCKER_HOST). The mirror is the one that apt uses on this machine.
#
#   scripts/docker/python-image.sh [tag]
set -eu

tag=${1:-pawl/python-numpy:latest}
here=$(cd "$(dirname "$0")" && pwd)
cache=${PAWL_DOCKER_CACHE:-$here/../../.cache/docker}
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
tarball=$cache/python-numpy-$suite-$(dpkg --print-architecture).tar

say() { echo "$*" >&2; }

# The first Debian mirror of apt's sources, in the one-line or in the deb822 form.
mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
    awk -v suite="$suite" '$1 == "deb" { for (i = 2; i < NF; i++) if ($i ~ /^[a-z]+:\/\// && $(i + 1) == suite) { print $i; exit } }'
  cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
    awk -v suite="$suite" '
      /^[[:space:]]*$/ { uri = "" }
      /^URIs:/ { uri = $2 }
      /^Suites:/ { for (i = 2; i <= NF; i++) if ($i == suite && uri != "") { print uri; exit } }'
}

if [ ! -s "$tarball" ]; then
  if [ "$(id -u)" != 0 ]; then
    say "debootstrap needs root"
    exit 1
  fi
  if ! command -v debootstrap >/dev/null; then
    say "installing debootstrap"
    apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends debootstrap >&2
  fi
  url=$(mirror | head -n 1)
  if [ -z "$url" ]; then
    say "apt's sources name no mirror for $suite"
    exit 1
  fi
  mkdir -p "$cache"
  root=$(mktemp -d)
  trap 'rm -rf "$root"' EXIT
  say "debootstrap $suite with python3 and numpy; this takes some minutes"
  debootstrap --variant=minbase --include=python3-minimal,python3-numpy "$suite" "$root" "$url" >&2
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* "$root"/usr/share/man/* \
    "$root"/usr/share/locale/* "$root"/var/log/*
  # Nothing in the image may gain rights, although the sandbox would not let it.
  find "$root" -xdev -perm /6000 -type f -exec chmod ug-s {} +
  tar -C "$root" --numeric-owner --exclude=./dev/* --exclude=./proc/* --exclude=./sys/* -cf "$tarball.part" .
  mv "$tarball.part" "$tarball"
fi

socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
say "importing $tag"
# The label tells Pawl's own images from all others.
curl --silent --show-error --fail --unix-socket "${socket#unix://}" --request POST --header 'Content-Type: application/x-tar' \
  --upload-file "$tarball" \
  "http://docker/images/create?fromSrc=-&repo=${tag%:*}&tag=${tag##*:}&changes=LABEL%20dev.pawl.image%3Dpython-numpy" >&2
echo "$tag"
