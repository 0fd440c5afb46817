import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Called with each line that it prints. */
  onLine?: (line: string) => void;
}

/** As much of what a command has printed as helps to understand why it failed. */
const LAST_LINES = 30;

/** Runs a script of Node; rejects, with the last that it printed, if that fails. */
export async function run(script: string, args: string[], { cwd, env, onLine }: CommandOptions): Promise<void> {
  const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      printed.push(line);
      onLine?.(line);
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (status !== 0) throw new Error(printed.slice(-LAST_LINES).join('\n'));
}
