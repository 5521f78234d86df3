#!/bin/sh
# Takes the command line off the path again. Workspaces are the user's and stay.
set -e
if [ "$1" != upgrade ] && [ -L /usr/bin/slipway ]; then rm -f /usr/bin/slipway; fi
