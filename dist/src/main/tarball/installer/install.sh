#!/bin/sh
# Installs Gatehouse from this unpacked tarball as a systemd service, upgrades it, and removes it.
# See install.sh --help, and docs/installation.md.
set -eu
# Whatever root's is: the service runs as a user who must be able to read the program.
umask 022
# After su without "-", it lacks the programs that make users.
PATH=$PATH:/usr/sbin:/sbin
# With it, cd prints and may go elsewhere.
unset CDPATH

usage() {
  cat <<'TEXT'
Usage: ./install.sh [install] [--prefix DIR] [--no-start] [--no-aot-cache]
       ./install.sh uninstall [--prefix DIR] [--delete-data]
       ./install.sh configure [--prefix DIR] [--no-aot-cache]

install    puts the program into /opt/gatehouse, makes the service user gatehouse, a configuration in /etc/gatehouse if
           there is none, and the systemd unit; then starts the service. Run it again with a newer tarball to upgrade: the
           configuration, the account file, keys, logs and providers that you have added are kept. If the configuration does
           not pass "gatehouse check" of the new version, run with the variables and credentials of the unit, or if you have
           changed the unit file itself, nothing is changed.
configure  makes what a machine of its own has: user, folders, the limit of open files that the configuration needs, the
           AOT cache. The Debian and rpm packages run it; they install, upgrade and remove the program themselves.
uninstall  ends and removes the service and the program. The configuration stays, and with it the user, keys and logs.

  --prefix DIR     the folder of the program. The default is where it is installed, or else /opt/gatehouse
  --no-start       does not start or restart the service
  --no-aot-cache   does not make the AOT cache, which takes half a minute and makes each start faster
  --delete-data    uninstall: also deletes /var/lib/gatehouse, /var/log/gatehouse and the user, so that nothing but the
                   configuration is left
  --root DIR       installs into the file system of another machine or of a package below DIR: copies files only
  --layout LAYOUT  "local", or "package": the program in /usr/lib/gatehouse, the rest below /usr. The default is what
                   this install.sh was installed by, "local" in an unpacked tarball

Exit code: 0 if it is done, 1 if it could not be done, 2 for wrong usage.
TEXT
}

step() { printf '==> %s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
wrong() { printf 'install.sh: %s\nTry ./install.sh --help\n' "$*" >&2; exit 2; }

source=$(cd "$(dirname "$0")" && pwd -P)
package_unit=/usr/lib/systemd/system/gatehouse.service
# Whether it runs from the files of an installed package.
is_packaged() { [ "$source" = /usr/lib/gatehouse ] && [ -e "$package_unit" ]; }

action=install prefix='' root='' layout=local start=yes cache=yes delete=no before=''
! is_packaged || layout=package
case ${1:-} in
  # may-restart: what packages ask before they restart the service.
  install | uninstall | configure | may-restart) action=$1; shift ;;
esac
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --root | --layout)
      [ $# -ge 2 ] || wrong "$1 needs a value"
      case $1 in
        --prefix) prefix=$2 ;;
        --root) root=${2%/} ;;
        --layout) layout=$2 ;;
      esac
      shift ;;
    --no-start) start=no ;;
    --no-aot-cache) cache=no ;;
    --delete-data) delete=yes ;;
    -h | --help) usage; exit 0 ;;
    *) wrong "unknown argument $1" ;;
  esac
  shift
done
case $layout in
  local) standard=/opt/gatehouse bin=/usr/local/bin share=/usr/local/share units=/etc/systemd/system ;;
  package) standard=/usr/lib/gatehouse bin=/usr/bin share=/usr/share units=/usr/lib/systemd/system ;;
  *) wrong "--layout $layout (expected local or package)" ;;
esac

# Not whether it can be started: a tarball may be unpacked where nothing can (noexec).
is_gatehouse() { [ -f "$1/bin/gatehouse" ] && [ -d "$1/lib" ] && [ -d "$1/providers" ]; }
# The folder of the program that the unit starts; empty if there is none.
installed=$(sed -n 's|^ExecStart=\(/.*\)/bin/gatehouse run .*|\1|p' "$root$units/gatehouse.service" 2> /dev/null || true)
# An upgrade that was interrupted may have left it under its other name.
is_gatehouse "$root$installed" || is_gatehouse "$root$installed.old" || installed=''

case $prefix in
  '') prefix=${installed:-$standard} ;;
  *[!A-Za-z0-9/._+-]*) wrong "--prefix $prefix (expected letters, digits and /._+- only)" ;;
  "$installed") ;;
  *//* | */./* | */../* | */. | */..) wrong "--prefix $prefix (expected a path without //, . and ..)" ;;
  /home/* | /root/* | /run/user/* | /tmp/* | /var/tmp/*)
    [ "$action" != install ] || [ -n "$root" ] ||
      wrong "--prefix $prefix (the service does not see that folder; expected one such as /opt/gatehouse)" ;;
  /*/?*) ;;
  *) wrong "--prefix $prefix (expected a folder such as /opt/gatehouse)" ;;
esac
prefix=${prefix%/}
[ -n "$root" ] || [ "$(id -u)" -eq 0 ] || fail "run it as root"

home=$root$prefix
configuration=/etc/gatehouse
state=/var/lib/gatehouse
logs=/var/log/gatehouse
limits=/etc/systemd/system/gatehouse.service.d/limits.conf

systemd() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

# The unit in which "gatehouse check" runs.
examiner=gatehouse-check-$$.service
settings=/run/systemd/system/$examiner.d

# What is half done does not stay, not even when somebody types Ctrl-C or the terminal is gone.
trap 'rm -rf "$home.new" "$settings"' EXIT
trap 'exit 130' HUP INT TERM

# A second installation would have its unit in /etc, which hides that of the package.
leave_packages_alone() {
  [ -z "$root" ] || return 0
  by_package='Gatehouse is installed here as a package, which apt or dnf installs, upgrades and removes'
  if is_packaged; then
    fail "$by_package; nothing was changed"
  fi
  if [ "$action" = install ] && [ "$layout" = local ] && [ -e "$package_unit" ]; then
    fail "$by_package; remove it first (apt-get remove gatehouse, dnf remove gatehouse). Nothing was changed"
  fi
}

# It would take the unit of the first one over, and leave its program and providers behind.
leave_other_folders_alone() {
  [ -z "$installed" ] || [ "$installed" = "$prefix" ] ||
    fail "Gatehouse is installed in $installed: upgrade it without --prefix, or remove it first" \
      "($installed/install.sh uninstall). Nothing was changed"
}

# The text of this unit of a release, with the folder of the program.
unit_file() { sed "s|/opt/gatehouse|$prefix|g" "$1"; } # FILE

# An upgrade would lose the changes without a word. Running install.sh in the folder of the program puts the units back.
leave_changed_units_alone() {
  [ -n "$installed" ] && [ "$home" != "$source" ] || return 0
  for unit in gatehouse.service gatehouse.socket; do
    changed=no
    file=$root$units/$unit
    # After an upgrade that was interrupted, it is still that of the version before.
    for ours in "$home/systemd/$unit" "$home.old/systemd/$unit"; do
      { [ -e "$file" ] && [ -e "$ours" ]; } || continue
      changed=yes
      [ "$(unit_file "$ours")" != "$(cat "$file")" ] || { changed=no; break; }
    done
    [ "$changed" = no ] ||
      fail "$file was changed by hand, and an upgrade replaces it. Put the changes into a drop-in (systemctl edit $unit)," \
        "and the original back ($prefix/install.sh --no-start --no-aot-cache); then try again. Nothing was changed"
  done
}

# Before the program is replaced, rather than after it.
need_writable() { # FOLDER...
  for folder; do
    while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
    [ -w "$folder" ] || fail "$folder cannot be written to (is its file system read-only?); nothing was changed"
  done
}

# ---- The program ----------------------------------------------------------------------------------------------------

# The list, in providers/, of those that the release brings.
brought=of-this-release

# The name of a jar without its version.
artifact() { basename "$1" .jar | sed 's/-[0-9].*//'; }

# Providers that the administrator has added to the installation before: jars that neither this release brings, nor the
# one before has brought, which may have had providers of other names.
keep_added_providers() { # FOLDER
  for jar in "$home"/providers/*.jar; do
    [ -e "$jar" ] || continue
    found=no
    ! grep -qsxF "$(basename "$jar")" "$home/providers/$brought" || found=yes
    for ours in "$1"/providers/*.jar; do
      [ "$(artifact "$ours")" != "$(artifact "$jar")" ] || found=yes
    done
    if [ "$found" = no ]; then
      cp -p "$jar" "$1/providers/"
      echo "kept the provider $(basename "$jar")"
    fi
  done
}

# tar leaves out what the umask of the user who has unpacked it forbids.
open_to_readers() { chmod -R u+rwX,go=rX "$1"; }

# The variables, credentials and mounts of the unit and its drop-ins: what the configuration can refer to. The names of
# the unit in them (%n, %N, %p, %j) are written out, since the examiner has others.
surroundings() {
  kinds='(Pass|Unset)?Environment(File)?|(Load|Set|Import)Credential(Encrypted)?|Bind(ReadOnly)?Paths'
  systemctl cat gatehouse.service 2> /dev/null | grep -v '^[[:space:]]*[#;]' |
    sed -e ':join' -e '/\\$/{N' -e 's/\\\n/ /' -e 'b join' -e '}' | grep -E "^[[:space:]]*($kinds)[[:space:]]*=" |
    sed -e 's/%%/%=/g; s/%n/gatehouse.service/g; s/%[Npj]/gatehouse/g; s/%=/%%/g' || true
}

# Runs "gatehouse check" of the program in this folder with the surroundings that the service has, whether it runs or
# not. Without systemd, they are those of the shell.
check() { # FOLDER, OPTIONS
  program=$1/bin/gatehouse
  shift
  set -- "$program" check --config "$configuration/gatehouse.toml" "$@"
  systemd || { "$@"; return; }
  mkdir -p "$settings"
  # The configuration names credentials by the folder that they have in the service.
  (umask 077 && printf '[Service]\n%s\nBindReadOnlyPaths=-/run/credentials/%s:/run/credentials/gatehouse.service\n' \
    "$(surroundings)" "$examiner" > "$settings/surroundings.conf")
  systemctl daemon-reload
  code=0
  systemd-run --quiet --pipe --wait --collect --unit="$examiner" "$@" || code=$?
  rm -r "$settings"
  # Of a program that systemd could not start, only the journal knows why.
  [ "$code" -eq 0 ] || [ "$code" -eq 2 ] || journalctl --quiet --unit="$examiner" --output=cat --no-pager >&2
  return "$code"
}

# Whether the program in this folder takes the configuration. If not, it says why.
takes_configuration() { # FOLDER
  problems=$(check "$1" 2>&1) || {
    printf '%s\n' "$problems" >&2
    return 1
  }
}

copy_program() { # FOLDER
  rm -rf "$1"
  mkdir -p "$1/conf"
  for part in bin docs lib licenses monitoring pam.d providers runtime share systemd install.sh sbom.cdx.json LICENSE \
    README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md CHANGELOG.md; do
    cp -R "$source/$part" "$1/"
  done
  cp "$source/conf/gatehouse.toml" "$source/conf/accounts" "$1/conf/"
  for jar in "$1"/providers/*.jar; do basename "$jar"; done > "$1/providers/$brought"
  open_to_readers "$1"
  [ "$(id -u)" -ne 0 ] || chown -R 0:0 "$1"
}

# cp would say it of each file.
need_space() { # FOLDER
  mkdir -p "$1"
  needed=$(du -sk "$source" | cut -f 1)
  free=$(df -k --output=avail "$1" | tail -n 1)
  [ "$free" -ge "$needed" ] ||
    fail "the disk of $1 has $((free / 1024)) MB left, and the program needs $((needed / 1024)) MB; nothing was changed"
}

make_cache() { # FOLDER
  [ "$cache" = yes ] || return 0
  step "making the AOT cache, which takes half a minute"
  "$1/bin/gatehouse" aot-cache > "$1/aot-cache.log" 2>&1 || {
    echo "the AOT cache was not made (exit code $?); the service starts without it:" >&2
    grep -v '^Picked up ' "$1/aot-cache.log" >&2
  }
  rm "$1/aot-cache.log"
}

# What an upgrade has moved away that was interrupted then.
put_back() { [ -e "$home" ] || [ ! -e "$home.old" ] || mv "$home.old" "$home"; }

install_program() {
  if [ -e "$home" ] && ! is_gatehouse "$home" && [ -n "$(ls -A "$home")" ]; then
    fail "$home exists and is no Gatehouse (name another folder with --prefix)"
  fi
  if [ "$(cd "$home" 2> /dev/null && pwd -P)" = "$source" ]; then
    open_to_readers "$home"
    make_cache "$home"
    return
  fi
  need_writable "$(dirname "$home")" "$root$bin" "$root$share/man/man1" "$root$share/bash-completion/completions" "$root$units"
  [ -n "$root" ] || need_writable "$configuration" "$state" "$logs"
  step "installing $prefix"
  put_back
  need_space "$(dirname "$home")"
  copy_program "$home.new"
  keep_added_providers "$home.new"
  # A first installation replaces nothing: its start says what is wrong with a configuration that was there before.
  if [ -z "$root" ] && is_gatehouse "$home"; then
    before=$("$home/bin/gatehouse" version 2> /dev/null | head -n 1)
    [ ! -e "$configuration/gatehouse.toml" ] || takes_configuration "$home.new" ||
      fail "this version cannot use $configuration/gatehouse.toml as it is; nothing was changed"
  fi
  # Java takes the cache also after the folder was renamed.
  [ -n "$root" ] || make_cache "$home.new"
  rm -rf "$home.old"
  [ ! -e "$home" ] || mv "$home" "$home.old"
  mv "$home.new" "$home"
}

install_links() {
  step "installing the unit, manual pages and completion"
  mkdir -p "$root$bin" "$root$share/man/man1" "$root$share/bash-completion/completions" "$root$units"
  ln -sf "$prefix/bin/gatehouse" "$root$bin/gatehouse"
  rm -f "$root$share"/man/man1/gatehouse.1 "$root$share"/man/man1/gatehouse-*.1
  cp "$home"/share/man1/*.1 "$root$share/man/man1/"
  cp "$home/share/completion/gatehouse" "$root$share/bash-completion/completions/gatehouse"
  for unit in "$home"/systemd/*; do
    unit_file "$unit" > "$root$units/$(basename "$unit")"
    chmod 644 "$root$units/$(basename "$unit")"
  done
}

# ---- User, configuration and limits of this machine -----------------------------------------------------------------

is_group_new=no
make_user() {
  if ! getent group gatehouse > /dev/null; then
    groupadd --system gatehouse
    is_group_new=yes
  fi
  getent passwd gatehouse > /dev/null || useradd --system --gid gatehouse --home-dir "$state" --no-create-home \
    --shell /usr/sbin/nologin --comment "Gatehouse" gatehouse
}

# The example, with the files that the gateway makes where the service may write.
service_configuration() {
  sed -e "s|\"tls/certificate.pem\", key = \"tls/key.pem\"|\"$state/tls/certificate.pem\", key = \"$state/tls/key.pem\"|" \
    -e "s|^# file = \"/var/log/gatehouse/audit.jsonl\"|file = \"$logs/audit.jsonl\"|" \
    -e 's|^# \[admin\]$|[admin]|; s|^# socket = "/run/gatehouse/admin.sock"|socket = "/run/gatehouse/admin.sock"|' \
    -e "s|^# keys = \"paa-keys.json\"|# keys = \"$state/paa-keys.json\"|" \
    -e "s|^# certificate = \"rdp-signing.pem\"|# certificate = \"$state/rdp-signing.pem\"|" \
    -e "s|^# key = \"rdp-signing.key\"|# key = \"$state/rdp-signing.key\"|" \
    -e '/^#   bin\/gatehouse run /d; s|bin/gatehouse|gatehouse|g; s| --config conf/gatehouse.toml||g' \
    "$home/conf/gatehouse.toml"
}

is_configuration_new=no
make_configuration() {
  install -d -m 750 -o root -g gatehouse "$configuration"
  if [ ! -e "$configuration/gatehouse.toml" ]; then
    step "making $configuration/gatehouse.toml"
    is_configuration_new=yes
    (umask 137 && service_configuration > "$configuration/gatehouse.toml")
    chgrp gatehouse "$configuration/gatehouse.toml"
    [ -e "$configuration/accounts" ] || install -m 640 -o root -g gatehouse "$home/conf/accounts" "$configuration/accounts"
  fi
  # Files whose group was removed with an earlier installation, and those that it gave to root.
  find "$configuration" -nogroup -exec chgrp -h gatehouse {} +
  [ "$is_group_new" = no ] ||
    find "$configuration" -group root -perm -040 ! -perm -004 -exec chgrp -h gatehouse {} +
  install -d -m 700 -o gatehouse -g gatehouse "$state"
  install -d -m 750 -o gatehouse -g gatehouse "$logs"
  find "$state" "$logs" -nouser -exec chown gatehouse:gatehouse {} +
}

# Each connection needs two open files. The unit allows as many as the default of [limits] connections needs, and more.
set_limits() {
  allowed=$(sed -n 's/^LimitNOFILE=\([0-9]*\)$/\1/p' "$home/systemd/gatehouse.service")
  connections=$(check "$home" --print 2> /dev/null |
    sed -n '/^\[limits\]$/,/^\[/s/^connections = \([0-9]*\)$/\1/p')
  if [ -z "$connections" ]; then
    echo "the configuration cannot be used as it is, so the limit of open files was not changed" >&2
    return
  fi
  needed=$((2 * connections + 256))
  if [ "$needed" -gt "$allowed" ]; then
    mkdir -p "$(dirname "$limits")"
    printf '# Made by install.sh for [limits] connections = %s\n[Service]\nLimitNOFILE=%s\n' "$connections" "$needed" \
      > "$limits"
  else
    rm -f "$limits"
  fi
}

configure() {
  make_user
  make_configuration
  set_limits
}

# By the administrator, since an earlier installation.
is_disabled() { [ -n "$installed" ] && ! systemctl --quiet is-enabled gatehouse.service 2> /dev/null; }

start_service() {
  if ! systemd; then
    echo "systemd does not run here: the service was not started"
    return
  fi
  systemctl daemon-reload
  [ "$start" = yes ] || return 0
  how=restart
  if is_disabled; then
    step "the service stays disabled, and is restarted only if it runs (to change that: systemctl enable --now gatehouse)"
    how=try-restart
  else
    step "starting the service"
    systemctl --quiet enable gatehouse.service
  fi
  systemctl "$how" gatehouse.service ||
    fail "the service does not start: journalctl -u gatehouse$([ ! -e "$home.old" ] ||
      echo ". To go back to the version before: $prefix.old/install.sh")"
  systemctl show gatehouse.service --property=ActiveState,StatusText
}

# A gateway that runs goes on if the program that has replaced its own would not start.
may_restart() {
  if ! systemctl --quiet is-active gatehouse.service || takes_configuration "$home"; then return; fi
  fail "this version cannot use $configuration/gatehouse.toml as it is: the gateway that runs was not restarted, and is" \
    "still the old version. Correct the file until \"gatehouse check\" finds no problem; then: systemctl restart gatehouse"
}

# ---- Uninstall ------------------------------------------------------------------------------------------------------

remove_if_empty() { rmdir "$1" 2> /dev/null || true; }

# What an uninstallation that was interrupted has left has an install.sh still.
is_rest_of_gatehouse() { grep -qs '^# Installs Gatehouse from' "$home/install.sh"; }

remove_program() {
  rm -rf "$home.old" "$home.new"
  # install.sh goes last: by it, the next run finds what this one leaves when it is interrupted.
  [ ! -d "$home" ] || find "$home" -mindepth 1 -maxdepth 1 ! -name install.sh -exec rm -rf {} +
  rm -rf "$home"
}

# The next group may get the number of this one. The modes stay, so that an installation can give the files back.
give_configuration_to_root() {
  [ -d "$configuration" ] && getent passwd gatehouse > /dev/null && getent group gatehouse > /dev/null || return 0
  find "$configuration" -user gatehouse ! -type l -exec chmod g+rX,o= {} +
  find "$configuration" -user gatehouse -exec chown -h root:root {} +
  find "$configuration" -group gatehouse -exec chgrp -h root {} +
}

uninstall() {
  link=''
  [ "$(readlink "$root$bin/gatehouse")" != "$prefix/bin/gatehouse" ] || link=$root$bin/gatehouse
  if [ -n "$installed" ] && [ "$installed" != "$prefix" ]; then
    [ "$delete" = no ] || fail "the data is that of the Gatehouse in $installed; nothing was changed"
    rm -f "$link"
    remove_program
    step "removed $prefix; the service runs from $installed as before"
    return
  fi
  if systemd; then
    systemctl --quiet disable --now gatehouse.socket gatehouse.service 2> /dev/null || true
  fi
  for unit in "$home"/systemd/*; do rm -f "$root$units/$(basename "$unit")"; done
  rm -f "$root$limits"
  remove_if_empty "$root$(dirname "$limits")"
  for page in "$home"/share/man1/*.1; do rm -f "$root$share/man/man1/$(basename "$page")"; done
  rm -f "$root$share/bash-completion/completions/gatehouse"
  rm -f "$link"
  if systemd; then systemctl daemon-reload; fi
  if [ "$delete" = yes ]; then
    rm -rf "$root$state" "$root$logs"
    if [ -z "$root" ]; then
      give_configuration_to_root
      ! getent passwd gatehouse > /dev/null || userdel gatehouse ||
        fail "the user gatehouse is still there: end its programs, then: $prefix/install.sh uninstall --prefix $prefix" \
          "--delete-data"
      ! getent group gatehouse > /dev/null || groupdel gatehouse
    fi
    remove_program
    step "uninstalled; the configuration is still in $configuration"
  else
    remove_program
    step "uninstalled; still there: $configuration, $state, $logs and the user gatehouse"
  fi
}

case $action in
  install | uninstall) leave_packages_alone ;;
esac
case $action in
  uninstall | configure)
    [ "$action" = configure ] || put_back
    is_gatehouse "$home" || { [ "$action" = uninstall ] && is_rest_of_gatehouse; } ||
      fail "$home is no Gatehouse (name its folder with --prefix)" ;;
esac
case $action in
  install)
    is_gatehouse "$source" || fail "$source is no unpacked tarball of Gatehouse"
    leave_other_folders_alone
    leave_changed_units_alone
    install_program
    install_links
    if [ -z "$root" ]; then
      configure
      start_service
      rm -rf "$home.old"
      now=$("$home/bin/gatehouse" version | head -n 1)
      if [ "$is_configuration_new" = yes ]; then
        step "installed: $now. Next: gatehouse init"
      elif [ -n "$before" ]; then
        step "upgraded: from $before to $now"
      else
        step "installed: $now"
      fi
    fi ;;
  configure)
    configure
    make_cache "$home" ;;
  may-restart) may_restart ;;
  uninstall) uninstall ;;
esac
