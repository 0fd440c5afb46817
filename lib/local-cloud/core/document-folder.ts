import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * JSON documents in a folder, one file each, readable by the owner alone: what has to outlive a restart and is too
 * small for a database (keys, secrets). Without a folder nothing is kept.
 */
export class DocumentFolder<T> {
  readonly #path: string | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  readAll(): T[] {
    if (!this.#path) return [];
    mkdirSync(this.#path, { recursive: true, mode: 0o700 });
    const files = readdirSync(this.#path).filter((file) => file.endsWith('.json'));
    return files.sort().map((file) => JSON.parse(readFileSync(join(this.#path as string, file), 'utf8')) as T);
  }

  /** Replaces the document in one step, so that a crash leaves the old one or the new one. */
  write(id: string, document: T): void {
    if (!this.#path) return;
    const file = this.#file(id);
    writeFileSync(`${file}.tmp`, JSON.stringify(document), { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  }

  remove(id: string): void {
    if (this.#path) rmSync(this.#file(id), { force: true });
  }

  /** Ids may hold slashes and dots, which must not lead out of the folder. */
  #file(id: string): string {
    return join(this.#path as string, `${encodeURIComponent(id).replaceAll('.', '%2E')}.json`);
  }
}
