import { type Caller, mustBeAdmin, mustOwn } from '#lib/runtime/auth/caller.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { cancelByUser, type Decision, deliver, InvalidTransition, type Order, ship } from './order.ts';
import { orderToApi, SetOrderStatus } from './order-api.ts';
import { changeOrder, readOrder } from './order-table.ts';

/** Asked for what it is already, an order stays as it is. A cancellation is undone by the saga, from its event. */
export const handler = httpHandler(SetOrderStatus, async ({ caller, params, body, version, cause, now }) => {
  const orderId = params.order_id ?? '';
  if (body.status === 'shipped' || body.status === 'delivered') mustBeAdmin(caller);
  const order = await readOrder(orderId);
  mustOwn(caller, order.user_id, 'order');
  const changed = await changeOrder(orderId, (before) => transition(before, body.status, caller), { cause, now });
  if (!changed) throw new InvalidTransition(order.status, body.status);
  return ok(orderToApi(changed, version));
});

function transition(order: Order, status: string, caller: Caller): Decision | null {
  switch (status) {
    case 'cancelled':
      return cancelByUser(order, caller.user_id === order.user_id ? 'cancelled_by_user' : 'cancelled_by_admin');
    case 'shipped':
      return ship(order);
    case 'delivered':
      return deliver(order);
    default:
      return null;
  }
}
