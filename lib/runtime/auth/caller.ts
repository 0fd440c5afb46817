import { Forbidden, NotFound } from '../errors.ts';

/** `service`: a service that calls for itself and no user. */
export type Role = 'customer' | 'admin' | 'anonymous' | 'service';

/** Who sent the request: the user, as the token says, and the service that asks for that user, as the signature says. */
export interface Caller {
  user_id: string;
  role: Role;
  /** The role of the function or server that sent the request, where that was not the user. */
  service?: string;
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
