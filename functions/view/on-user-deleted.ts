import { subscriber } from '#lib/runtime/events/subscriber.ts';
import { asTheyHappen, USER_CHANGES } from './changes.ts';

/** Erases the orders of a user who is gone from the view; in the order service they stay. */
export const handler = subscriber(...asTheyHappen(USER_CHANGES));
