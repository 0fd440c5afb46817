import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The code that templates carry themselves (`Code.ZipFile`), in directories that live as long as the cloud. */
export class InlineCode {
  readonly #directories: string[] = [];

  /** Writes the one file that such a function has; returns its directory. */
  write(source: string): string {
    const directory = mkdtempSync(join(tmpdir(), 'lambda-inline-'));
    this.#directories.push(directory);
    writeFileSync(join(directory, 'index.js'), source);
    return directory;
  }

  remove(): void {
    for (const directory of this.#directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  }
}
