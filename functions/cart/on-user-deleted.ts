import { UserDeleted } from '#events/user-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { eraseCart } from './cart-table.ts';

/** Erases the cart of a user who is gone. A second time erases the tombstone, and puts it there again. */
export const handler = subscriber(on(UserDeleted, ({ data }) => eraseCart(data.user_id, new Date())));
