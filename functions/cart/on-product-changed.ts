import { ProductCreated, ProductUpdated } from '#events/product-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { keepProduct } from './product-copy-table.ts';

/** Keeps names and prices at hand. Carts hold quantities only, so a new price is in all of them at once. */
export const handler = subscriber(
  on(ProductCreated, ({ data, metadata }) => keepProduct(data, metadata.aggregate_version)),
  on(ProductUpdated, ({ data, metadata }) => keepProduct(data, metadata.aggregate_version)),
);
