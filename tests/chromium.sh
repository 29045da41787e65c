#!/bin/sh
# A browser for the browser tests: the one on the machine, or, as root on Debian, the one of the distribution.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing chromium" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1 \
        || echo "chromium could not be installed" >&2
fi
exit 0
