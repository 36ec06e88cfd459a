#!/bin/sh
# The tests drive a real browser, a real PostgreSQL and look at real PDF pages. This installs them on Debian and
# Ubuntu, as root. Anywhere else it says what is missing; the tests that need it then skip and say so too.
set -u
missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing="$missing chromium fonts-liberation"
command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing="$missing postgresql"
if [ -z "$missing" ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Debian packages for the tests:$missing"
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null; then
        exit 0
    fi
    echo "That failed. Tests that need these packages will be skipped:$missing"
    exit 0
fi
echo "Not installed, and only root on Debian or Ubuntu can do it from here:$missing"
echo "Tests that need them will be skipped. To run them all: sudo apt-get install$missing"
exit 0
