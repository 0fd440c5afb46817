import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** By bundle, such as `order/place-order`: the files that it was made from, and a digest of what they said. */
type Known = Record<string, { sources: string[]; digest: string }>;

/** Knows what the bundles in `dist/` were made from, so that only those are made again that would be others. */
export class BundledSources {
  readonly #root: string;
  readonly #settings: string[];
  #known: Known;

  /** @param settings files that tell of all bundles alike */
  constructor(root: string, settings: string[]) {
    this.#root = root;
    this.#settings = settings;
    this.#known = existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, 'utf8')) : {};
  }

  isCurrent(name: string): boolean {
    const known = this.#known[name];
    return known?.digest === this.#digest(known?.sources ?? []) && existsSync(join(this.#root, 'dist', name));
  }

  /** Removes all other bundles: those that are to be made again, and those of functions that are no more. */
  forgetAllBut(names: string[]): void {
    this.#known = Object.fromEntries(Object.entries(this.#known).filter(([name]) => names.includes(name)));
    for (const bundle of globSync('dist/*/*/', { cwd: this.#root })) {
      const name = bundle.replaceAll('\\', '/').replace(/^dist\/|\/$/g, '');
      if (!(name in this.#known)) rmSync(join(this.#root, bundle), { recursive: true });
    }
    this.#write();
  }

  /** @param readAt when the files were read at the earliest: what somebody has saved since is in no bundle yet, ms */
  remember(sources: Map<string, string[]>, readAt: number): void {
    for (const [name, files] of sources) {
      const isOutdated = files.some((file) => statSync(join(this.#root, file)).mtimeMs > readAt);
      if (!isOutdated) this.#known[name] = { sources: files, digest: this.#digest(files) };
    }
    this.#write();
  }

  get #file(): string {
    return join(this.#root, 'dist/.sources.json');
  }

  #write(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(this.#known));
  }

  #digest(sources: string[]): string {
    const hash = createHash('sha256');
    for (const file of [...this.#settings, ...sources]) hash.update(`${file}\0${this.#read(file)}\0`);
    return hash.digest('hex');
  }

  #read(file: string): string {
    const path = join(this.#root, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}
