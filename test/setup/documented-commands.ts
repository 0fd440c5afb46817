import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface DocumentedStep {
  commands: string;
  /** What the page says that they print; `...` stands for anything. `undefined` where it says nothing. */
  printed: string | undefined;
}

/** The `sh` blocks of a page, each with the `text` block that follows it directly. */
export function stepsOf(page: string): DocumentedStep[] {
  const blocks = page.matchAll(/^```sh\n([\s\S]*?)^```\n(?:```text\n([\s\S]*?)^```\n)?/gm);
  return [...blocks].map(([, commands = '', printed]) => ({ commands, printed }));
}

/** A shell that is told one step after the other, and keeps its variables in between. */
export class Shell {
  readonly #bash: ChildProcess;
  #lines: string[] = [];
  #onEnd: ((lines: string[]) => void) | undefined;

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    // In a process group of its own, so that what it started ends with it.
    this.#bash = spawn('bash', { cwd, env, stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    createInterface({ input: this.#bash.stdout as NodeJS.ReadableStream }).on('line', (line) => this.#hear(line));
  }

  /** Resolves to the lines that the commands print. */
  run(commands: string): Promise<string[]> {
    return new Promise((resolve) => {
      this.#lines = [];
      this.#onEnd = resolve;
      this.#bash.stdin?.write(`${commands}\necho; echo @end-of-step@\n`);
    });
  }

  end(): void {
    if (this.#bash.pid) process.kill(-this.#bash.pid, 'SIGTERM');
  }

  #hear(line: string): void {
    if (line === '@end-of-step@') this.#onEnd?.(this.#lines);
    else if (line.trim()) this.#lines.push(line.trim());
  }
}

/** Whether the lines are those that a page says. */
export function linesPattern(printed: string): RegExp {
  const escaped = printed.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('\\.\\.\\.', '.*')}$`, 'i');
}
