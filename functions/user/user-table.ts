import type { Cause, Fact } from '#events/event.ts';
import { readRow, tableName } from '#lib/runtime/aws/table.ts';
import { type TransactWrite, writeTogether } from '#lib/runtime/aws/transaction.ts';
import { NotFound } from '#lib/runtime/errors.ts';
import { type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import { canonical, type Decision, EmailTaken, type ErasedUser, erase, type User, UsernameTaken } from './user.ts';

/** A user with the events of the last write only: history would keep names and addresses that the user has left. */
export type StoredUser = User & Outbox;

interface Outbox {
  version: number;
  events: RecordedEvent[];
}

interface Occasion {
  cause: Cause;
  now: Date;
}

type Names = Partial<Pick<User, 'username' | 'email'>>;

const userKey = (userId: string) => ({ pk: `USER#${userId}` });
// Two rows that claim the name and the address for the user: what makes each unique.
const usernameKey = (username: string) => ({ pk: `USERNAME#${canonical(username)}` });
const emailKey = (email: string) => ({ pk: `EMAIL#${canonical(email)}` });

/** Writes the user and claims name and address, all or nothing. */
export async function insertUser({ user, facts }: Decision, cause: Cause): Promise<StoredUser> {
  const row = withEvents(user, facts, { cause, now: new Date(user.created_at) });
  const refused = await writeTogether({
    user: insertion({ ...userKey(user.user_id), ...row }),
    username: claim(usernameKey(user.username), user.user_id),
    email: claim(emailKey(user.email), user.user_id),
  });
  mustBeClaimed(refused);
  if (refused) throw new Error(`The new id ${user.user_id} is in use.`);
  return row;
}

/**
 * Applies a rule to the user and writes what it decides, with its event; a new name or address is claimed and the old
 * one set free in the same transaction. If the user changed in between, the rule is asked again.
 */
export async function changeUser(
  userId: string,
  rule: (user: StoredUser) => Decision,
  occasion: Occasion,
): Promise<StoredUser> {
  for (;;) {
    const before = await readUser(userId);
    const { user, facts } = rule(before);
    if (facts.length === 0) return before;
    const row = withEvents(user, facts, occasion, before.version);
    const refused = await writeTogether({
      user: replace({ ...userKey(userId), ...row }, before.version),
      ...movedClaim('username', usernameKey, before, user),
      ...movedClaim('email', emailKey, before, user),
    });
    if (!refused) return row;
    mustBeClaimed(refused);
  }
}

/** Leaves nothing of the user but the id, with the event that says so, and sets name and address free. */
export async function eraseUser(userId: string, occasion: Occasion): Promise<void> {
  for (;;) {
    const before = await readUser(userId);
    const { erased, facts } = erase(before, occasion.now);
    const row = withEvents(erased, facts, occasion, before.version);
    const refused = await writeTogether({
      user: replace({ ...userKey(userId), ...row }, before.version),
      username: remove(usernameKey(before.username)),
      email: remove(emailKey(before.email)),
    });
    if (!refused) return;
  }
}

/** Throws {@link NotFound} for an id that is unknown or erased. */
export async function readUser(userId: string): Promise<StoredUser> {
  const user = await findRow(userId);
  if (!user) throw new NotFound('user');
  return user;
}

/** Looks a user up by what people type when they log in; it reads as much for names that nobody has. */
export async function findUser(login: Names): Promise<StoredUser | undefined> {
  const owner = login.username
    ? await ownerOf(usernameKey(login.username))
    : await ownerOf(emailKey(login.email ?? ''));
  return findRow(owner ?? 'nobody');
}

/** Spares the work that comes before the write when somebody else has the name or the address already. */
export async function mustBeFree({ username, email }: Names, userId?: string): Promise<void> {
  const [ownerOfName, ownerOfAddress] = await Promise.all([
    username && ownerOf(usernameKey(username)),
    email && ownerOf(emailKey(email)),
  ]);
  if (ownerOfName && ownerOfName !== userId) throw new UsernameTaken();
  if (ownerOfAddress && ownerOfAddress !== userId) throw new EmailTaken();
}

function mustBeClaimed(refused: string | undefined): void {
  if (refused === 'username') throw new UsernameTaken();
  if (refused === 'email') throw new EmailTaken();
}

async function findRow(userId: string): Promise<StoredUser | undefined> {
  const row = await readRow<StoredUser | (ErasedUser & Outbox)>(userKey(userId));
  return row && 'erased_at' in row ? undefined : row;
}

async function ownerOf(Key: { pk: string }): Promise<string | undefined> {
  return (await readRow<{ user_id: string }>(Key))?.user_id;
}

function withEvents<Row>(row: Row, facts: Fact[], { cause, now }: Occasion, versionBefore = 0): Row & Outbox {
  return { ...row, version: versionBefore + facts.length, events: recorded(facts, cause, now) };
}

/** Claims what is new and frees what is old; nothing where both are the same but for their case. */
function movedClaim(field: 'username' | 'email', keyOf: (value: string) => { pk: string }, before: User, after: User) {
  const [from, to] = [keyOf(before[field]), keyOf(after[field])];
  return from.pk === to.pk ? {} : { [field]: claim(to, after.user_id), [`former_${field}`]: remove(from) };
}

function claim(key: { pk: string }, userId: string): TransactWrite {
  return insertion({ ...key, user_id: userId });
}

function insertion(Item: Record<string, unknown>): TransactWrite {
  return { Put: { TableName: tableName(), Item, ConditionExpression: 'attribute_not_exists(pk)' } };
}

function replace(Item: Record<string, unknown>, versionBefore: number): TransactWrite {
  return {
    Put: {
      TableName: tableName(),
      Item,
      ConditionExpression: 'version = :before',
      ExpressionAttributeValues: { ':before': versionBefore },
    },
  };
}

function remove(Key: { pk: string }): TransactWrite {
  return { Delete: { TableName: tableName(), Key } };
}
