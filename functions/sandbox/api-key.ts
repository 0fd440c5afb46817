import { createHash, timingSafeEqual } from 'node:crypto';
import { secretValues } from '#lib/runtime/aws/secrets.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import { Unauthorized } from '#lib/runtime/errors.ts';

/** Callers show the key that the provider gave them; while it is changed, the one before it is good too. */
export async function mustHaveKey({ authorization = '' }: Record<string, string | undefined>): Promise<void> {
  const [, shown = ''] = /^Bearer (.+)$/i.exec(authorization) ?? [];
  const keys = await secretValues(requiredEnv('API_KEY_SECRET_ID'));
  if (!keys.some((key) => timingSafeEqual(digest(key), digest(shown)))) {
    throw new Unauthorized('Send your API key as "Authorization: Bearer <key>".');
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
