import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Cause } from '#events/event.ts';
import { documents, tableName } from '#lib/runtime/aws/table.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import { canonical, type Decision, EmailTaken, type User, UsernameTaken } from './user.ts';

export type StoredUser = User & { version: number; events: RecordedEvent[] };

const userKey = (userId: string) => ({ pk: `USER#${userId}` });
const usernameKey = (username: string) => ({ pk: `USERNAME#${canonical(username)}` });
const emailKey = (email: string) => ({ pk: `EMAIL#${canonical(email)}` });

/** Writes the user and claims name and address, all or nothing. */
export async function insertUser({ user, facts }: Decision, cause: Cause): Promise<StoredUser> {
  const events = recorded(facts, cause, new Date(user.created_at));
  const row = { ...user, version: events.length, events };
  try {
    await documents.send(
      new TransactWriteCommand({
        TransactItems: [
          putNew({ ...userKey(user.user_id), ...row }),
          putNew({ ...usernameKey(user.username), user_id: user.user_id }),
          putNew({ ...emailKey(user.email), user_id: user.user_id }),
        ],
      }),
    );
    return row;
  } catch (error) {
    throw claimFailure(error) ?? error;
  }
}

function putNew(Item: Record<string, unknown>) {
  return { Put: { TableName: tableName(), Item, ConditionExpression: 'attribute_not_exists(pk)' } };
}

function claimFailure(error: unknown): Error | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const [, username, email] = error.CancellationReasons ?? [];
  if (username?.Code === 'ConditionalCheckFailed') return new UsernameTaken();
  if (email?.Code === 'ConditionalCheckFailed') return new EmailTaken();
  return undefined;
}

/** Throws {@link NotFound} for an unknown id. */
export async function readUser(userId: string): Promise<StoredUser> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName(), Key: userKey(userId), ConsistentRead: true }),
  );
  if (!Item) throw new NotFound('user');
  return Item as StoredUser;
}

/** Looks a user up by what people type when they log in. */
export async function findUser(login: { username?: string; email?: string }): Promise<StoredUser | undefined> {
  const Key = login.username ? usernameKey(login.username) : emailKey(login.email ?? '');
  const { Item } = await documents.send(new GetCommand({ TableName: tableName(), Key, ConsistentRead: true }));
  return Item && readUser(Item.user_id);
}

/** Gives an existing user the rights and the password of an administrator. */
export async function promoteToAdmin(userId: string, passwordHash: string, now: Date): Promise<void> {
  await documents.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: userKey(userId),
      UpdateExpression: 'SET #role = :admin, password_hash = :hash, updated_at = :now',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#role': 'role' },
      ExpressionAttributeValues: { ':admin': 'admin', ':hash': passwordHash, ':now': now.toISOString() },
    }),
  );
}
