import { queueConsumer } from '#lib/runtime/events/queue-consumer.ts';
import { countMetric } from '#lib/runtime/metrics.ts';
import { note } from '#lib/runtime/work.ts';
import { giveUp, isSettled } from './order.ts';
import { DeadManMessage } from './order-messages.ts';
import { LAST_ATTEMPT, startOrderSaga } from './order-saga.ts';
import { changeOrder, readOrder } from './order-table.ts';

/**
 * Runs when the dead-man message of a saga comes due. Almost always the order is settled and there is nothing to do;
 * otherwise an execution died without its catch, and the saga is started again.
 */
export const handler = queueConsumer(DeadManMessage, {
  originOf: ({ cause }) => cause,
  async consume({ order_id, attempt, cause }) {
    note({ order_id, attempt });
    const order = await readOrder(order_id);
    if (isSettled(order)) return;
    if (attempt < LAST_ATTEMPT) return startOrderSaga(order, attempt + 1, cause);
    await changeOrder(order_id, (stuck) => giveUp(stuck, 'saga_did_not_end'), { cause, now: new Date() });
    countMetric('OrdersNeedingAttention');
  },
});
