import { secretValue } from '../aws/secrets.ts';
import { requiredEnv } from '../config.ts';

/** The key that the service signs its cursors with. Fetched once per environment, when the first cursor needs it. */
export function cursorKey(): Promise<string> {
  return secretValue(requiredEnv('CURSOR_KEY_ARN'));
}
