#!/bin/sh
# What electron-builder's .deb does once its files are there: the command line on the path, and the sandbox's helper with its rights.
set -e
ln -sf '/opt/Slipway/resources/bin/slipway' '/usr/bin/slipway'
chmod 4755 '/opt/Slipway/chrome-sandbox' || true
if command -v update-mime-database >/dev/null 2>&1; then update-mime-database /usr/share/mime || true; fi
if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database /usr/share/applications || true; fi
