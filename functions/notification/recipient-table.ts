import { PutCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { conditionHeld, documents, readRow, tableName } from '#lib/runtime/aws/table.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { DEFAULT_PREFERENCES, type Preferences, type Recipient } from './recipient.ts';

/** The archive never has the events that hold addresses, and no queue keeps one this long. */
const TOMBSTONE_SECONDS = 120 * 24 * 60 * 60;

const recipientKey = (userId: string) => ({ pk: `RECIPIENT#${userId}` });

/** The row of one user. Preferences may be there before the address is; a tombstone has neither. */
type StoredRecipient = Partial<Recipient> & { erased_at?: string };

async function rowOf(userId: string): Promise<StoredRecipient> {
  return (await readRow<StoredRecipient>(recipientKey(userId))) ?? {};
}

/** `erased`: there was one, and nothing may be sent any more. `undefined`: not heard of yet. */
export async function findRecipient(userId: string): Promise<Recipient | 'erased' | undefined> {
  const { username, email, erased_at, preferences = DEFAULT_PREFERENCES } = await rowOf(userId);
  if (erased_at) return 'erased';
  return username !== undefined && email !== undefined ? { user_id: userId, username, email, preferences } : undefined;
}

/**
 * Keeps name and address. An event that is older than the copy, or comes a second time, changes nothing.
 * @param sourceVersion version of the user that the event tells of
 */
export async function keepRecipient(
  { user_id, username, email }: Omit<Recipient, 'preferences'>,
  sourceVersion: number,
): Promise<void> {
  await tryUpdate({
    Key: recipientKey(user_id),
    UpdateExpression: 'SET user_id = :user, username = :username, email = :email, source_version = :version',
    ConditionExpression: 'attribute_not_exists(source_version) OR source_version < :version',
    ExpressionAttributeValues: {
      ':user': user_id,
      ':username': username,
      ':email': email,
      ':version': sourceVersion,
    },
  });
}

/** Leaves only word that the user was erased, so that an older event that comes late is known for what it is. */
export async function eraseRecipient(userId: string, sourceVersion: number, now: Date): Promise<void> {
  await documents.send(
    new PutCommand({
      TableName: tableName(),
      Item: {
        ...recipientKey(userId),
        user_id: userId,
        source_version: sourceVersion,
        erased_at: now.toISOString(),
        expires_at_seconds: Math.floor(now.getTime() / 1000) + TOMBSTONE_SECONDS,
      },
    }),
  );
}

export async function readPreferences(userId: string): Promise<Preferences> {
  return (await rowOf(userId)).preferences ?? DEFAULT_PREFERENCES;
}

/** Throws {@link NotFound} for a user who was erased: a token may outlive its account. */
export async function keepPreferences(userId: string, preferences: Preferences): Promise<void> {
  const written = await tryUpdate({
    Key: recipientKey(userId),
    UpdateExpression: 'SET preferences = :preferences',
    ConditionExpression: 'attribute_not_exists(erased_at)',
    ExpressionAttributeValues: { ':preferences': preferences },
  });
  if (!written) throw new NotFound('user');
}

/** Whether the row was as the condition says. */
function tryUpdate(update: Omit<UpdateCommandInput, 'TableName'>): Promise<boolean> {
  return conditionHeld(documents.send(new UpdateCommand({ TableName: tableName(), ...update })));
}
