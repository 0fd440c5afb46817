import { join } from 'node:path';
import { lockForLife } from '../build/lock.ts';

/** Two databases that write the same files would ruin them. */
export function mustBeOurs(dataDir: string): void {
  const lock = join(dataDir, '.lock');
  if (lockForLife(lock)) return;
  throw new Error(`Another shop keeps its data in ${dataDir}: end it, or give --data another directory.`);
}
