import { DeleteCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '#lib/runtime/aws/table.ts';
import { TooManyRequests } from '#lib/runtime/errors.ts';
import { fingerprint } from '#lib/runtime/ids.ts';

/** Wrong passwords in a row before an account is locked. */
const FAILURES_ALLOWED = 5;
/** How long failures count, and a lock lasts. */
const WINDOW_SECONDS = 300;

interface LoginFailures {
  failures: number;
  expires_at_seconds: number;
}

/** The name is hashed: people type passwords into the wrong field. */
const failuresKey = (login: string) => ({ pk: `LOGIN_FAILURES#${fingerprint(login)}` });

/** Throws {@link TooManyRequests} while the account is locked. */
export async function mustNotBeLocked(login: string, now: Date): Promise<void> {
  const { Item } = await documents.send(new GetCommand({ TableName: tableName(), Key: failuresKey(login) }));
  const { failures = 0, expires_at_seconds = 0 } = (Item ?? {}) as Partial<LoginFailures>;
  const secondsLeft = expires_at_seconds - Math.floor(now.getTime() / 1000);
  if (failures < FAILURES_ALLOWED || secondsLeft <= 0) return;
  throw new TooManyRequests(`Too many failed logins: try again in ${secondsLeft} seconds.`, secondsLeft);
}

/** Counts one more failure; those of an older window are forgotten. */
export async function countLoginFailure(login: string, now: Date): Promise<void> {
  const nowSeconds = Math.floor(now.getTime() / 1000);
  await documents.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: failuresKey(login),
      UpdateExpression: 'ADD failures :one SET expires_at_seconds = :expires',
      ExpressionAttributeValues: { ':one': 1, ':expires': nowSeconds + WINDOW_SECONDS },
    }),
  );
}

export async function forgetLoginFailures(login: string): Promise<void> {
  await documents.send(new DeleteCommand({ TableName: tableName(), Key: failuresKey(login) }));
}
