import { randomUUID } from 'node:crypto';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ask } from '#bin/logs/insights.ts';
import { invoke, operatorEnvironment } from '../setup/embedded-cloud.ts';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import type { Buyer } from '../setup/shop.ts';

// What is counted stands in the lines of the log: these are read.

beforeAll(() => {
  Object.assign(process.env, operatorEnvironment());
});

/** What all services have counted of an order, and how often. */
async function countedOf(orderId: string): Promise<Record<string, string>> {
  const names = ['OrdersPlaced', 'OrdersConfirmed', 'OrdersCancelled', 'PaymentsDeclined', 'StockRefused'];
  const query = `filter order_id = "${orderId}" | stats ${names.map((name) => `sum(${name}) as ${name}`).join(', ')}, count(SagaDuration) as SagaDuration`;
  const [row = {}] = await ask(new CloudWatchLogsClient({}), 'dev', { query, from: new Date(0), until: new Date() });
  return row;
}

/** Places an order, and the same once more. */
async function placeTwice(buyer: Buyer, payment_method: string, options: { stock?: number } = {}): Promise<string> {
  const product_id = await shop.aProduct(options);
  const request = {
    token: buyer.token,
    headers: { 'idempotency-key': randomUUID() },
    body: { items: [{ product_id, quantity: 1 }], payment_method },
  };
  const { body } = await shop.call('POST /api/v1/orders', request);
  await shop.call('POST /api/v1/orders', request);
  await shop.settled(buyer, body.order_id);
  return body.order_id;
}

/** A step that the saga has done is done again, as it would be if its answer had been lost. */
function again(step: string, order_id: string): Promise<unknown> {
  const cause = { correlation_id: randomUUID(), causation_id: 'test', traceparent: '' };
  return invoke(step, { order_id, reason: 'test', cause });
}

describe('what becomes of an order', () => {
  test.each([
    ['card_ok', {}, 'order: confirm-order', { OrdersPlaced: '1', OrdersConfirmed: '1' }],
    ['card_declined', {}, 'order: cancel-order', { OrdersPlaced: '1', OrdersCancelled: '1', PaymentsDeclined: '1' }],
    ['card_ok', { stock: 0 }, 'order: cancel-order', { OrdersPlaced: '1', OrdersCancelled: '1', StockRefused: '1' }],
  ])('is counted once, whatever is said twice: %s %j', async (card, options, step, expected) => {
    const buyer = await shop.aCustomer();

    const orderId = await placeTwice(buyer, card, options);
    await again(step, orderId);

    await eventually(async () => {
      expect(await countedOf(orderId)).toEqual({ ...expected, SagaDuration: '1' });
      return true;
    });
  });
});
