#!/usr/bin/env bash
# Checks the system libraries that Qt needs: without a screen, and with the virtual screen of the window's tests.
# Installs what is missing when root; otherwise prints the line to run, and fails where the tests cannot do without.
set -euo pipefail

offscreen=(libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0)
screen=(libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 xvfb xauth xdotool)

if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian or Ubuntu, so its libraries are not checked; the window needs what these packages hold:"
    echo "  ${offscreen[*]} ${screen[*]}"
    exit 0
fi

installed() {  # newer releases give some libraries a name that ends in t64
    local found
    found=$(dpkg-query -W -f '${db:Status-Status}\n' "$1" "$1t64" 2>/dev/null || true)  # fails when either is unknown
    grep -qx installed <<<"$found"
}

missing() {
    local package
    for package in "$@"; do
        installed "$package" || echo "$package"
    done
}

lacking=$(missing "${offscreen[@]}" "${screen[@]}" | xargs)
[ -n "$lacking" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    echo "Installing $lacking"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # one word a package
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $lacking >/dev/null || true
    lacking=$(missing "${offscreen[@]}" "${screen[@]}" | xargs)
    [ -n "$lacking" ] || exit 0
fi

echo "System libraries are missing; install them with:  sudo apt-get install $lacking" >&2
if [ -n "$(missing "${offscreen[@]}")" ]; then
    exit 1
fi
echo "Until then the tests that drive the real window cannot run; the others can." >&2
