#!/bin/sh
# Builds loopback-provider.jar from LoopbackProvider.java. Needs a JDK 17; run it after changing the source.
# The jar is kept in the repository because users have a JRE, which cannot compile.
set -eu
cd "$(dirname "$0")"
classes=$(mktemp -d)
javac -nowarn -XDignore.symbol.file -g:none -source 17 -target 17 --add-exports java.base/sun.nio.ch=ALL-UNNAMED -d "$classes" LoopbackProvider.java
jar --create --file loopback-provider.jar --no-manifest --date=2026-01-01T00:00:00Z -C "$classes" .
rm -r "$classes"
