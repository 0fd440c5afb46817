import { ProductCreated } from '#events/product-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { openStock } from './stock-table.ts';

/** A new product starts with no stock. */
export const handler = subscriber(on(ProductCreated, ({ data }) => openStock(data.product_id)));
