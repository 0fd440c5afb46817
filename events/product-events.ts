import * as z from 'zod/mini';
import { defineEvent } from './event.ts';
import { Money } from './money.ts';

const source = 'product-service';

const product = z.object({
  product_id: z.string(),
  name: z.string(),
  category: z.string(),
  price: Money,
});

/** The product is in the catalogue and can be ordered at this price. */
export const ProductCreated = defineEvent({ source, type: 'product.created', version: 1, data: product });

/** From now on the product has this name, category and price; orders already placed keep theirs. */
export const ProductUpdated = defineEvent({ source, type: 'product.updated', version: 1, data: product });
