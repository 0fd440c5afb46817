import { OrderCancelled, OrderConfirmed, OrderStatusChanged } from '#events/order-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { orderCancelled, orderConfirmed, orderDelivered, orderShipped } from './message.ts';
import { notify } from './notify.ts';

/** Tells the customer what became of an order. */
export const handler = subscriber(
  on(OrderConfirmed, ({ data, ...occasion }) => notify(orderConfirmed(data), occasion)),
  on(OrderCancelled, ({ data, ...occasion }) => notify(orderCancelled(data), occasion)),
  on(OrderStatusChanged, ({ data, ...occasion }) =>
    notify(data.status === 'shipped' ? orderShipped(data) : orderDelivered(data), occasion),
  ),
);
