import { ProductCreated, ProductUpdated } from '#events/product-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { keepProduct } from './product-copy-table.ts';

/** Keeps names and prices at hand, so that placing an order needs no other service. */
export const handler = subscriber(
  on(ProductCreated, ({ data, metadata }) => keepProduct(data, metadata.aggregate_version)),
  on(ProductUpdated, ({ data, metadata }) => keepProduct(data, metadata.aggregate_version)),
);
