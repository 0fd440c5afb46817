import * as z from 'zod/mini';
import { defineEvent } from './event.ts';
import { Money } from './money.ts';

const source = 'cart-service';

/** A customer has bought what was in the cart, at these prices: it is to become the order with this id, once. */
export const CartCheckedOut = defineEvent({
  source,
  type: 'cart.checked_out',
  version: 1,
  data: z.object({
    order_id: z.string(),
    user_id: z.string(),
    items: z.array(
      z.object({ product_id: z.string(), name: z.string(), quantity: z.int().check(z.gte(1)), price: Money }),
    ),
    payment_method: z.string(),
  }),
});
