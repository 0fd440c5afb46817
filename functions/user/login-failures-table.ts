import { DeleteCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, isConditionFailure, tableName } from '#lib/runtime/aws/table.ts';
import { TooManyRequests } from '#lib/runtime/errors.ts';
import { fingerprint } from '#lib/runtime/ids.ts';

/** Wrong passwords in a row before a name is locked. */
const FAILURES_ALLOWED = 5;
/** How long a lock lasts, and how long a failure counts when no other follows. */
const WINDOW_SECONDS = 300;

interface LoginFailures {
  failures: number;
  expires_at_seconds: number;
}

/**
 * Failures count by what was typed, whether or not somebody has that name: a lock tells nothing. A user's name and
 * address count apart, because one counter for both would tell that they belong together.
 * The name is hashed: people type passwords into the wrong field.
 */
const failuresKey = (login: string) => ({ pk: `LOGIN_FAILURES#${fingerprint(login)}` });

const inSeconds = (now: Date) => Math.floor(now.getTime() / 1000);

/** Throws {@link TooManyRequests} while the name is locked. */
export async function mustNotBeLocked(login: string, now: Date): Promise<void> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName(), Key: failuresKey(login), ConsistentRead: true }),
  );
  const { failures = 0, expires_at_seconds = 0 } = (Item ?? {}) as Partial<LoginFailures>;
  const secondsLeft = expires_at_seconds - inSeconds(now);
  if (failures >= FAILURES_ALLOWED && secondsLeft > 0) throw locked(secondsLeft);
}

/**
 * Counts one more failure. Throws {@link TooManyRequests} when others that came at the same time have locked the name
 * already: of a burst of guesses no more are answered than of guesses one by one.
 */
export async function countLoginFailure(login: string, now: Date): Promise<void> {
  const failures = (await addFailure(login, now)) ?? (await startAnew(login, now)) ?? (await addFailure(login, now));
  if (failures === undefined || failures > FAILURES_ALLOWED) throw locked(WINDOW_SECONDS);
}

/**
 * Ends the row of failures after a right password. Throws {@link TooManyRequests} when the name was locked while the
 * password was being checked: the right guess of a burst is not told from the wrong ones.
 */
export async function forgetLoginFailures(login: string, now: Date): Promise<void> {
  try {
    await documents.send(
      new DeleteCommand({
        TableName: tableName(),
        Key: failuresKey(login),
        ConditionExpression: 'attribute_not_exists(pk) OR failures < :allowed OR expires_at_seconds <= :now',
        ExpressionAttributeValues: { ':allowed': FAILURES_ALLOWED, ':now': inSeconds(now) },
      }),
    );
  } catch (error) {
    if (isConditionFailure(error)) throw locked(WINDOW_SECONDS);
    throw error;
  }
}

/** Resolves to the failures so far, `undefined` when those that stand there are over. */
function addFailure(login: string, now: Date): Promise<number | undefined> {
  const still = 'attribute_not_exists(pk) OR expires_at_seconds > :now';
  return writeFailures(login, now, { update: 'ADD failures :one SET expires_at_seconds = :expires', condition: still });
}

/** The table forgets expired rows only some time later: until then they are written over. */
function startAnew(login: string, now: Date): Promise<number | undefined> {
  const update = 'SET failures = :one, expires_at_seconds = :expires';
  return writeFailures(login, now, { update, condition: 'expires_at_seconds <= :now' });
}

async function writeFailures(login: string, now: Date, { update, condition }: { update: string; condition: string }) {
  const nowSeconds = inSeconds(now);
  try {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: failuresKey(login),
        UpdateExpression: update,
        ConditionExpression: condition,
        ExpressionAttributeValues: { ':one': 1, ':expires': nowSeconds + WINDOW_SECONDS, ':now': nowSeconds },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return (Attributes as LoginFailures).failures;
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
}

function locked(secondsLeft: number): TooManyRequests {
  return new TooManyRequests(`Too many failed logins: try again in ${secondsLeft} seconds.`, secondsLeft);
}
