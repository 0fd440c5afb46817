import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../core/aws-error.ts';
import { isServed, LATEST, type LambdaFunction, latestOf } from './lambda-function.ts';
import type { LambdaState } from './state.ts';

/** Freezes the function as it is under the next number, or finds the newest version when nothing has changed since. */
export function publishVersion(
  { factory }: Pick<LambdaState, 'factory'>,
  fn: LambdaFunction,
  description?: string,
): { version: string; isNew: boolean } {
  const latest = latestOf(fn).configuration;
  const newest = fn.versions.get(String(fn.published))?.configuration;
  const asPublished = newest && { ...newest, description: latest.description, modifiedAt: latest.modifiedAt };
  if (isDeepStrictEqual(asPublished, latest)) return { version: String(fn.published), isNew: false };
  fn.published++;
  const configuration = { ...latest, description: description ?? latest.description };
  return { version: factory.createVersion(fn, String(fn.published), configuration).version, isNew: true };
}

/** Forgets a version that no alias sends calls to; those under way end on it. */
export async function deleteVersion(fn: LambdaFunction, version: string): Promise<void> {
  const found = fn.versions.get(version);
  if (!found || version === LATEST) {
    throw new AwsError(
      'InvalidParameterValueException',
      '$LATEST version cannot be deleted without deleting the function.',
    );
  }
  if (isServed(fn, version)) {
    const message = `Function version ${version} cannot be deleted because it is referenced by an alias.`;
    throw new AwsError('ResourceConflictException', message, 409, { Type: 'User' });
  }
  fn.versions.delete(version);
  await found.pool.renew();
}

/** Ends the idle environments of versions that no calls go to any more. */
export async function retireUnserved(fn: LambdaFunction): Promise<void> {
  const unserved = [...fn.versions.values()].filter(({ version }) => version !== LATEST && !isServed(fn, version));
  await Promise.all(unserved.map(({ pool }) => pool.renew()));
}
