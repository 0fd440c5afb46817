import * as z from 'zod/mini';
import { defineEvent } from './event.ts';

const source = 'user-service';

/** Somebody has an account and can log in. The e-mail address is personal data: subscribers must honour its erasure. */
export const UserRegistered = defineEvent({
  source,
  type: 'user.registered',
  version: 1,
  data: z.object({ user_id: z.string(), username: z.string(), email: z.string(), role: z.string() }),
});

/** The account is gone: whoever keeps something of this user erases it. */
export const UserDeleted = defineEvent({
  source,
  type: 'user.deleted',
  version: 1,
  data: z.object({ user_id: z.string() }),
});
