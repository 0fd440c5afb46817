import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Pause between two looks at a lock that somebody else has, ms. */
const PAUSE_MS = 100;

/** Takes the lock until this process ends. Resolves to whether it could, or some other process has it. */
export function lockForLife(file: string): boolean {
  // The first try may only have removed what a process that was killed has left.
  const isOurs = tryLock(file) || tryLock(file);
  if (isOurs) process.once('exit', () => rmSync(file, { force: true }));
  return isOurs;
}

/** Runs `work` while no other process runs anything under the same lock file, which holds the id of its owner. */
export async function underLock<T>(file: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  while (!tryLock(file)) await wait(PAUSE_MS, undefined, { signal });
  const unlock = () => rmSync(file, { force: true });
  process.once('exit', unlock);
  try {
    return await work();
  } finally {
    process.off('exit', unlock);
    unlock();
  }
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!isAlive(ownerOf(file))) rmSync(file, { force: true });
    return false;
  }
}

/** Undefined while the file is being written, or when it is gone already. */
function ownerOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
