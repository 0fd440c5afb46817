import { join } from 'node:path';
import { synthesizeIfChanged } from '#bin/build/synthesize.ts';

/** Runs once, before the tests that host cdk.out/ in a cloud of their own: workers must not synthesize side by side. */
export default async function synthesizeStacks(): Promise<void> {
  await synthesizeIfChanged(join(import.meta.dirname, '../..'));
}
