import { requiredEnv } from '#lib/runtime/config.ts';

/** Between two health checks of an instance. */
export function checkEverySeconds(): number {
  return Number(requiredEnv('CHECK_EVERY_SECONDS'));
}
