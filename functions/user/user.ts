import type { Fact } from '#events/event.ts';
import { UserDeleted, UserRegistered, UserUpdated } from '#events/user-events.ts';
import { AppError } from '#lib/runtime/errors.ts';

export interface User {
  user_id: string;
  username: string;
  email: string;
  password_hash: string;
  role: 'customer' | 'admin';
  created_at: string;
  updated_at: string;
}

export interface Decision {
  user: User;
  facts: Fact[];
}

/** What of an account may change; what is left out stays. */
export type Changes = Partial<Pick<User, 'username' | 'email' | 'password_hash' | 'role'>>;

/** What stays of an erased account, for ever: that its id was used. */
export interface ErasedUser {
  user_id: string;
  erased_at: string;
}

export class UsernameTaken extends AppError {
  constructor() {
    super('USERNAME_TAKEN', 409, 'This username is taken: choose another.');
  }
}

export class EmailTaken extends AppError {
  constructor() {
    super('EMAIL_TAKEN', 409, 'There is an account with this e-mail address already: log in instead.');
  }
}

/** The same answer whether the account does not exist or the password is wrong. */
export class InvalidCredentials extends AppError {
  constructor() {
    super('INVALID_CREDENTIALS', 401, 'The username or e-mail address and the password do not match.');
  }
}

/** Names and addresses that differ only in case are the same person's. */
export function canonical(nameOrAddress: string): string {
  return nameOrAddress.normalize('NFKC').toLowerCase();
}

export function register(
  command: Pick<User, 'user_id' | 'username' | 'email' | 'password_hash' | 'role'>,
  now: Date,
): Decision {
  const at = now.toISOString();
  const user = { ...command, created_at: at, updated_at: at };
  return { user, facts: [UserRegistered.of(user)] };
}

/** Changes the account; a change to what it is already says nothing. */
export function update(before: User, changes: Changes, now: Date): Decision {
  const changed = Object.entries(changes).filter(
    ([field, value]) => value !== undefined && value !== before[field as keyof Changes],
  );
  if (changed.length === 0) return { user: before, facts: [] };
  const user = { ...before, ...Object.fromEntries(changed), updated_at: now.toISOString() };
  return { user, facts: [UserUpdated.of(user)] };
}

export function erase({ user_id }: User, now: Date): { erased: ErasedUser; facts: Fact[] } {
  return { erased: { user_id, erased_at: now.toISOString() }, facts: [UserDeleted.of({ user_id })] };
}
