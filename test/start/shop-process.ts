import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '../setup/eventually.ts';
import { Shop } from '../setup/shop.ts';

/** What the requirements allow from a signal to the end of the last process. */
export const END_LIMIT_MS = 2_000;
export const ROOT = join(import.meta.dirname, '../..');
/** A database that starts soon, and computes slowly afterwards. */
const FAST_START = { JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1' };
/** Not warm: what a test does not call need not be started. */
const LAUNCHER = [process.execPath, 'bin/on-node-24.mjs', 'bin/start.ts', '--no-warm-up'];

interface Settings {
  flags?: string[];
  env?: Record<string, string | undefined>;
  /** The project to start; this one unless a test has a copy. */
  root?: string;
  /** What is run; by default what `npm start` runs. */
  command?: string[];
}

/** A process that belongs to a shop. */
export interface Member {
  pid: number;
  command: string;
}

/** `npm start` as a user runs it, on free ports and in a process group of its own, as a terminal would start it. */
export class ShopProcess {
  readonly lines: string[] = [];
  readonly adminPassword: string;
  readonly child: ChildProcess;
  /** The status, or the name of the signal that killed the launcher. */
  readonly ended: Promise<number | string>;
  readonly #watchers = new Set<() => void>();

  constructor({ flags = [], env = {}, root = ROOT, command = LAUNCHER }: Settings = {}) {
    // Every process of the shop inherits this one's environment, so the password also tells them from others.
    this.adminPassword = env.BAZAAR_ADMIN_PASSWORD ?? randomUUID();
    const [program = '', ...args] = [...command, ...flags];
    this.child = spawn(program, args, {
      cwd: root,
      env: {
        ...process.env,
        // A database of its own, as a user has it.
        DYNAMODB_LOCAL_PORT: undefined,
        PORT: '0',
        AWS_PORT: '0',
        CI: '',
        ...FAST_START,
        ...env,
        BAZAAR_ADMIN_PASSWORD: this.adminPassword,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) => this.#hear(line));
    }
    this.ended = new Promise((resolve) => this.child.on('close', (code, signal) => resolve(code ?? String(signal))));
    void this.ended.then(() => this.#hear(''));
  }

  /** Resolves to the first line that matches, printed already or later; rejects when the shop ends without it. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.lines.map((line) => pattern.exec(line)).find((match) => match !== null);
        if (found) resolve(found);
        else if (this.child.exitCode === null && this.child.signalCode === null) return;
        else reject(new Error(`The shop ended without printing ${pattern}:\n${this.printed}`));
        this.#watchers.delete(look);
      };
      this.#watchers.add(look);
      look();
    });
  }

  async ready(): Promise<{ apiUrl: string; awsUrl: string; shop: Shop }> {
    const [, apiUrl = '', awsUrl = ''] = await this.line(/^ready (\S+) \(AWS endpoint (\S+)\)$/);
    return { apiUrl, awsUrl, shop: new Shop({ apiUrl, adminPassword: this.adminPassword }) };
  }

  get printed(): string {
    return this.lines.join('\n').trim();
  }

  /** A signal to the launcher alone, as `kill` and service managers send it. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ctrl-C: the terminal signals the whole group. */
  pressCtrlC(): void {
    process.kill(-(this.child.pid as number), 'SIGINT');
  }

  stop(): Promise<number | string> {
    this.signal('SIGTERM');
    return this.ended;
  }

  /** All processes of this shop: launcher, engine, Java, and whatever a synthesis runs. */
  members(): Member[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/environ`).includes(this.adminPassword))
      .map((name) => ({ pid: Number(name), command: read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim() }))
      .filter(({ command }) => command !== '');
  }

  member(pattern: RegExp): Promise<Member> {
    return eventually(async () => this.members().find(({ command }) => pattern.test(command)));
  }

  /** Resolves when no process is left; the system needs a moment to take down the threads of one that was killed. */
  async gone(): Promise<void> {
    await eventually(async () => this.members().length === 0);
  }

  #hear(line: string): void {
    this.lines.push(line);
    for (const look of this.#watchers) look();
  }
}

/** Starts a shop that is expected to refuse; resolves to what it printed and its status. */
export async function refusal(
  settings: Settings,
): Promise<{ printed: string; status: number | string; left: Member[] }> {
  const shop = new ShopProcess(settings);
  const status = await shop.ended;
  return { printed: shop.printed, status, left: shop.members() };
}

/** Rejects when somebody listens on the port. */
export async function bind(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  await new Promise((resolve) => server.close(resolve));
}

export function portOf(url: string): number {
  return Number(new URL(url).port);
}

const LISTENING = '0A';

/** The addresses that processes listen on, as the kernel writes them: `0100007F` is 127.0.0.1. */
export function listeningAddresses(members: Member[]): string[] {
  const sockets = new Set(members.flatMap(({ pid }) => socketsOf(pid)));
  const rows = ['tcp', 'tcp6'].flatMap((table) => read(`/proc/net/${table}`).trim().split('\n').slice(1));
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTENING && sockets.has(`socket:[${inode}]`))
    .map(([, local = '']) => local.split(':')[0] as string);
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).map((fd) => {
    try {
      return readlinkSync(join(folder, fd));
    } catch {
      return 'closed meanwhile';
    }
  });
}

/** Nothing for a process that has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
