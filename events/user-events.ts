import * as z from 'zod/mini';
import { defineEvent } from './event.ts';

const source = 'user-service';

const account = z.object({ user_id: z.string(), username: z.string(), email: z.string(), role: z.string() });

/** Somebody has an account and can log in. The e-mail address is personal data: subscribers must honour its erasure. */
export const UserRegistered = defineEvent({ source, type: 'user.registered', version: 1, data: account });

/** From now on the account has this name, address and role; or its password is another. */
export const UserUpdated = defineEvent({ source, type: 'user.updated', version: 1, data: account });

/**
 * The account is gone, and whoever keeps personal data of this user erases it now. It is the last event of the
 * account: what arrives late or is replayed from before it (a lower `aggregate_version`) must not bring the data back.
 */
export const UserDeleted = defineEvent({
  source,
  type: 'user.deleted',
  version: 1,
  data: z.object({ user_id: z.string() }),
});
