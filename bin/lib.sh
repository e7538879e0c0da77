# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
# For the scripts beside it, which set -eu and `root` (the repository or the installed folder) and then source this.

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Sets JAVA_HOME to a JDK 25 (or a JRE 25 if $1 is "jre"): from JAVA_HOME, the usual folders, the PATH.
find_java() {
    local home candidates=("${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/*)
    if command -v java >/dev/null; then
        candidates+=("$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")")
    fi
    for home in "${candidates[@]}"; do
        [ -x "$home/bin/java" ] || continue
        [ "${1:-}" = jre ] || [ -x "$home/bin/javac" ] || continue
        grep -qs '^JAVA_VERSION="25[".]' "$home/release" || continue
        export JAVA_HOME=$home
        return
    done
    fail "JDK 25 is missing. Install one (for example Temurin 25 from adoptium.net) or set JAVA_HOME to it."
}

# Maven, on that JDK. MVN names another command than mvn.
maven() {
    find_java
    command -v "${MVN:-mvn}" >/dev/null || fail "Maven is missing (3.8.7 or newer). On Debian: apt-get install maven"
    "${MVN:-mvn}" -B --no-transfer-progress "$@"
}

# Prints where the jar is, or fails.
jar_file() {
    local file
    for file in "${CALLBRIDGE_JAR:-}" "$root/callbridge.jar" "$root"/target/callbridge-*.jar; do
        [ -f "$file" ] || continue
        echo "$file"
        return
    done
    return 1
}

# Builds the jar unless it is newer than everything it is made from.
build_jar() {
    local file changed=yes
    if file=$(jar_file); then
        changed=$(find "$root/pom.xml" "$root/src/main" "$root/db" -newer "$file" -print -quit 2>/dev/null || true)
    fi
    [ -z "$changed" ] || (cd "$root" && maven -q -Dmaven.test.skip=true package)
}

# Installs Debian packages that are missing: as root, else prints the line to type and ends.
need_packages() {
    local package missing=()
    if ! command -v dpkg-query >/dev/null; then
        echo "$(basename "$0"): this is no Debian; please see to it that these are here: $*" >&2
        return
    fi
    for package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        echo "Missing Debian packages. Please type:" >&2
        echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
        for package in "${missing[@]}"; do
            [[ " $services " != *" $package "* ]] || echo "  sudo systemctl disable --now $package     # not needed as a service" >&2
        done
        exit 1
    fi
    echo "Installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    install_without_services "${missing[@]}"
}

# Debian starts services as it installs them, and at every later boot. The demo starts what it needs itself, elsewhere.
install_without_services() {
    local policy=/usr/sbin/policy-rc.d package
    (
        [ -e $policy ] || { trap 'rm -f $policy' EXIT; printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; }
        apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    )
    for package; do
        [[ " $services " != *" $package "* ]] || systemctl disable --quiet "$package" 2>/dev/null || true
    done
}

# What the telephone, its company, the homeserver and the browser of demo/ are made from. Node.js is not among them:
# Debian 12 has an old one, so demo/browser.py takes it from the PATH or from PyPI.
demo_packages="python3 python3-venv ca-certificates util-linux baresip-core kamailio chromium fonts-liberation"

# Packages of these lists that come with a service.
services="kamailio coturn"

# What only tests need: SIPp, another telephone, TLS for its company and a name server, another browser, the composition's
# checker, a TURN server, and routers for networks of their own.
test_packages="sip-tester kamailio kamailio-tls-modules dnsmasq-base linphone-cli firefox-esr docker-compose coturn"
test_packages+=" iproute2 nftables"
