#!/usr/bin/env bash
# Runs mypy over the package, through a link, because the checkout's folder may have any name.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/link
ln -sfn ../.. build/link/paircat
MYPYPATH=build/link exec .venv/bin/python -m mypy -p paircat
