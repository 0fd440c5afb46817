// Runs a script on Node 24, the runtime of the Lambda functions, whatever Node started npm.
// Plain JavaScript on purpose: an old Node has to understand it well enough to say that it is too old.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseNode, WANTED_MAJOR } from './start/choose-node.mjs';

const PARENT_LOOK_MS = 200;
const require = createRequire(import.meta.url);

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function locate(packageName, binary) {
  try {
    const path = join(dirname(require.resolve(`${packageName}/package.json`)), binary);
    return existsSync(path) ? path : undefined;
  } catch {
    // not installed
    return undefined;
  }
}

function environment(node) {
  // Node keeps compiled scripts here; without it every start strips the types of some 300 files again, 0.4 s.
  const cache = fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url));
  return {
    NODE_COMPILE_CACHE: cache,
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH || ''}`,
  };
}

const { version, platform, arch, execPath } = { ...process, version: process.versions.node };
const { path: node, problem } = chooseNode({ version, platform, arch, execPath }, locate);
if (problem) fail(problem);

const child = spawn(node, process.argv.slice(2), { stdio: 'inherit', env: environment(node) });
// A terminal's Ctrl-C reaches both of us, a signal to this process alone has to be passed on. Twice does no harm.
// The script decides how it ends; this process ends with its status: 0 when `npm start` is stopped by any of these.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// npm passes a signal on to the shell that it runs us in, which dies of it without telling us: only our parent changes.
const parent = process.ppid;
const look = () => process.ppid !== parent && child.kill('SIGTERM');
if (process.env.npm_lifecycle_event) setInterval(look, PARENT_LOOK_MS);
child.on('error', (error) => fail(`Node ${WANTED_MAJOR} could not be started: ${error.message}`));
child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
