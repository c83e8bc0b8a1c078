# shellcheck shell=bash
# What `run`, `test` and `.ci/run` share; sourced, never started.

say() { printf '%s\n' "$*"; }
step() { printf '==> %s\n' "$*"; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# The major version of the JDK in folder $1; nothing when there is no compiler in it.
jdk_major() {
  [ -x "$1/bin/javac" ] || return 0
  "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'
}

# Exports JAVA_HOME: the first JDK 25 or newer of JAVA_HOME, /usr/lib/jvm, ~/.sdkman and the PATH.
need_jdk() {
  local candidate major on_path
  on_path=$(command -v javac || true)
  [ -n "$on_path" ] && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    { [ -n "$candidate" ] && [ -d "$candidate" ]; } || continue
    major=$(jdk_major "$candidate")
    if [ -n "$major" ] && [ "$major" -ge 25 ]; then
      export JAVA_HOME="$candidate"
      return 0
    fi
  done
  fail "no JDK 25 found in JAVA_HOME, /usr/lib/jvm or the PATH.
  Install one, for example Eclipse Temurin 25 (https://adoptium.net, Debian package temurin-25-jdk),
  or set JAVA_HOME to the folder of an unpacked JDK 25."
}

need_maven() {
  command -v mvn > /dev/null || fail "Maven is missing (3.8.6 or newer): apt-get install maven"
}

# Prints those of the Debian packages $@ that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2> /dev/null | grep -qx installed || printf '%s\n' "$package"
  done
}

# Installs the Debian packages $@ where this user may; fails when something is missing afterwards.
# The services in them are not started: a policy-rc.d forbids it while apt runs, unless the machine has its own.
install_packages() {
  local missing as_root=() policy=/usr/sbin/policy-rc.d made_policy=no result=0
  command -v dpkg-query > /dev/null || { say "not a Debian system; these programs are needed: $*"; return 1; }
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2> /dev/null; then
      as_root=(sudo -n)
    else
      say "missing Debian packages; install them with:"
      say "  sudo apt-get install --no-install-recommends ${missing[*]}"
      return 1
    fi
  fi
  step "installing Debian packages: ${missing[*]}"
  if [ ! -e "$policy" ]; then
    made_policy=yes
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" > /dev/null
    "${as_root[@]}" chmod 755 "$policy"
  fi
  "${as_root[@]}" apt-get update -qq > /dev/null || say "apt-get update failed; trying with the lists that are here"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    > /dev/null || result=1
  [ "$made_policy" = yes ] && "${as_root[@]}" rm -f "$policy"
  [ "$result" -eq 0 ] || say "apt-get could not install: ${missing[*]}"
  return "$result"
}
