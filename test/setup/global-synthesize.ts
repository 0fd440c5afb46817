import { join } from 'node:path';
import { synthesizeIfChanged } from '#bin/build/synthesize.ts';
import { shareDatabase } from './shared-database.ts';

/** Runs once, before the tests that host cdk.out/ in a cloud of their own: workers must not synthesize side by side. */
export default async function synthesizeStacks(): Promise<void> {
  await Promise.all([synthesizeIfChanged(join(import.meta.dirname, '../..')), shareDatabase()]);
}
