import { CartCheckedOut } from '#events/cart-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { fingerprint } from '#lib/runtime/ids.ts';
import { place } from './order.ts';
import { insertOrder } from './order-table.ts';

/** Places the order that a cart was checked out for, at the prices that the cart had. A second time meets its row. */
export const handler = subscriber(
  on(CartCheckedOut, ({ data, metadata, cause }) => {
    const { items: priced, ...rest } = data;
    const items = priced.map(({ product_id, quantity }) => ({ product_id, quantity }));
    const decision = place({ ...rest, items }, priced, new Date(metadata.occurred_at));
    return insertOrder(decision, fingerprint(data), cause);
  }),
);
