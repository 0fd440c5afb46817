import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Edit, type PlantedBug, plant } from './bugs.ts';

/** A copy of the repository as it is now, with what is not committed yet: bugs are planted there alone. */
export class Copy {
  readonly directory: string;

  constructor(root: string) {
    this.directory = mkdtempSync(join(tmpdir(), 'bazaar-planted-bugs-'));
    for (const file of filesOf(root)) {
      const target = join(this.directory, file);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(root, file), target);
    }
    symlinkSync(join(root, 'node_modules'), join(this.directory, 'node_modules'), 'junction');
  }

  /** The returned function takes the bug out again. */
  plant(bug: Pick<PlantedBug, 'file' | 'and'> & Edit): () => void {
    const file = join(this.directory, bug.file);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, plant(text, bug));
    return () => writeFileSync(file, text);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** What git knows of or would take, and is still there. */
function filesOf(root: string): string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0');
  return files.filter((file) => file && existsSync(join(root, file)));
}
