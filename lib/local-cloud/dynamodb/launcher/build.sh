#!/bin/sh
# Builds loopback-provider.jar from LoopbackProvider.java, or the jar named by the first argument. Needs a JDK 17.
# The jar is kept in the repository because users have a JRE, which cannot compile. The same source gives the same
# bytes; test/local-cloud/dynamodb/launcher.test.ts compares them.
set -eu
cd "$(dirname "$0")"
classes=$(mktemp -d)
javac -nowarn -XDignore.symbol.file -g:none -source 17 -target 17 \
  --add-exports java.base/sun.nio.ch=ALL-UNNAMED -d "$classes" LoopbackProvider.java
jar --create --file "${1:-loopback-provider.jar}" --no-manifest --no-compress --date=2026-01-01T00:00:00Z -C "$classes" .
rm -r "$classes"
