#!/bin/sh
# Starts a Docker daemon for the tests, unless one answers already, and prints how to reach it. Needs root.
#
#   eval "$(scripts/docker/daemon.sh)"      sets DOCKER_HOST for this shell
#   scripts/docker/daemon.sh stop           ends the daemon that this script has started
#
# The daemon has a data folder, a socket and a state folder of its own, no bridge and no firewall rules, so it does not
# meddle with another daemon or with the machine's network. Images and containers stay in PAWL_DOCKER_DATA.
set -eu

socket=${PAWL_DOCKER_SOCKET:-/run/pawl-docker.sock}
data=${PAWL_DOCKER_DATA:-/var/lib/pawl-docker}
state=${PAWL_DOCKER_STATE:-/run/pawl-docker}
pidfile=$state.pid
log=$state.log

say() { echo "$*" >&2; }

# A process that has ended and that nobody has buried has no program any more.
lives() { kill -0 "$1" 2>/dev/null && readlink "/proc/$1/exe" >/dev/null; }

answers() {
  curl --silent --fail --max-time 5 --unix-socket "$socket" http://docker/_ping >/dev/null 2>&1
}

if [ "${1:-start}" = stop ]; then
  if [ -s "$pidfile" ] && lives "$(cat "$pidfile")"; then
    pid=$(cat "$pidfile")
    say "ending the Docker daemon $pid"
    kill "$pid"
    tries=0
    while lives "$pid" && [ "$tries" -lt 300 ]; do
      sleep 0.1
      tries=$((tries + 1))
    done
    if lives "$pid"; then
      say "it does not end"
      exit 1
    fi
  else
    say "no Docker daemon of this script is running"
  fi
  exit 0
fi

if answers; then
  say "a Docker daemon answers at $socket"
else
  if [ "$(id -u)" != 0 ]; then
    say "starting a Docker daemon needs root"
    exit 1
  fi
  if ! command -v dockerd >/dev/null; then
    say "installing docker.io"
    apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends docker.io >&2
  fi
  mkdir -p "$data" "$state"
  say "starting a Docker daemon: data in $data, log in $log"
  # The first storage driver that works here; overlay2 does not on top of some container file systems.
  for driver in overlay2 vfs; do
    # Docker falls over a pidfile whose number another process has by now.
    rm -f "$pidfile"
    setsid dockerd --host "unix://$socket" --data-root "$data/$driver" --exec-root "$state" --pidfile "$pidfile" \
      --storage-driver "$driver" --bridge none --iptables=false --ip6tables=false --userland-proxy=false \
      >"$log" 2>&1 </dev/null &
    started=$!
    tries=0
    while ! answers && kill -0 "$started" 2>/dev/null && [ "$tries" -lt 300 ]; do
      sleep 0.1
      tries=$((tries + 1))
    done
    answers && break
    kill "$started" 2>/dev/null || true
    wait "$started" 2>/dev/null || true
    say "no daemon with the storage driver $driver"
  done
  if ! answers; then
    say "the Docker daemon does not start:"
    tail -n 20 "$log" >&2
    exit 1
  fi
fi
echo "export DOCKER_HOST=unix://$socket"
