import { Forbidden, NotFound } from '../errors.ts';

export type Role = 'customer' | 'admin' | 'anonymous';

/** Who sent the request, as the token says. */
export interface Caller {
  user_id: string;
  role: Role;
}

export const ANONYMOUS: Caller = { user_id: '', role: 'anonymous' };

/** What belongs to somebody else is not told from what does not exist. */
export function mustOwn(caller: Caller, ownerId: string, what: string): void {
  if (caller.role !== 'admin' && caller.user_id !== ownerId) throw new NotFound(what);
}

/** As {@link mustOwn}, for what an administrator may see but not do in somebody's place. */
export function mustBe(caller: Caller, ownerId: string, what: string): void {
  if (caller.user_id !== ownerId) throw new NotFound(what);
}

export function mustBeAdmin(caller: Caller): void {
  if (caller.role !== 'admin') throw new Forbidden('This is for administrators.');
}
