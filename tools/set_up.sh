#!/usr/bin/env bash
# Makes .venv hold PairCat with everything it needs, at the versions of constraints.txt; quick when it already does.
# Another Python: PYTHON=/path/to/python3 make setup
set -euo pipefail
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME

# Changes whenever the set-up has to be done again; the folder belongs to it, since a moved .venv is a broken one.
fingerprint() {
    { pwd; cat pyproject.toml constraints.txt tools/set_up.sh; } | cksum
}

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3 /usr/bin/python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "PairCat needs Python 3.11 or newer, and none was found; name one with: PYTHON=/path/to/python3 make setup" >&2
    return 1
}

# Debian and Ubuntu ship the venv module in a package of its own.
need_venv_module() {
    local python=$1 package
    "$python" -c 'import ensurepip, venv' 2>/dev/null && return
    package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq "$package" >/dev/null && return
    fi
    echo "Python's venv module is missing; install it with:  sudo apt-get install $package" >&2
    return 1
}

now=$(fingerprint)
if [ -x .venv/bin/python ] && [ "$(cat .venv/.paircat-ready 2>/dev/null)" = "$now" ]; then
    exit 0
fi

echo "Setting up .venv; the first time this downloads PyTorch and takes some minutes."
here=$(pwd -P)
if ! .venv/bin/python -c 'import os, pip, sys; sys.exit(os.path.realpath(sys.prefix) != sys.argv[1])' "$here/.venv" 2>/dev/null
then
    python=$(find_python)
    need_venv_module "$python"
    "$python" -m venv --clear .venv
fi
.venv/bin/python -m pip install --disable-pip-version-check --constraint constraints.txt --editable '.[all,dev]'
fingerprint >.venv/.paircat-ready
echo "Ready: .venv/bin/paircat"
