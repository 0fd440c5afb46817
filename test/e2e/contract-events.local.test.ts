import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allEvents } from '#bin/contract/events.ts';
import { EventMetadata } from '#events/event.ts';
import { EventRecorder, type RecordedEvent } from '../contract/event-recorder.ts';
import { allExamples, eventValidators, missingFrom, promised } from '../contract/examples.ts';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import type { Buyer } from '../setup/shop.ts';

const examples = allExamples();
/** A reservation expires, a saga is given up and repaired after many minutes: these are compared with their contracts only. */
const TOO_SLOW = ['inventory.reservation.expired', 'order.needs_attention', 'order.repair_requested'];

const recorder = new EventRecorder(process.env.BAZAAR_AWS_URL ?? '');
let events: RecordedEvent[];

beforeAll(async () => {
  await recorder.start();
  await Promise.all([makeOrdersHappen(), makeAccountsHappen(), shop.aHealthyInstance()]);
  events = await recorder.until(examples.map(({ type }) => type).filter((type) => !TOO_SLOW.includes(type)));
});

afterAll(() => recorder.stop());

// Needs the AWS endpoint of the embedded cloud, to listen on the bus: not for a deployed stage.
describe('what the services really publish', () => {
  test('keeps the contract of its event, as it is written and as it is told', async () => {
    const contracts = (await allEvents()).map(({ contract }) => contract);
    const told = eventValidators();

    for (const { source, type, detail } of events) {
      const contract = contracts.find((one) => one.type === type && one.version === detail.metadata.version);
      expect(contract?.source).toBe(source);
      expect(contract?.data.safeParse(detail.data).error?.issues).toBeUndefined();
      expect(EventMetadata.safeParse(detail.metadata).error?.issues).toBeUndefined();
      const validate = told.get(type);
      expect(validate?.(detail) ? [] : validate?.errors).toEqual([]);
    }
  });

  test.each(examples.filter(({ type }) => !TOO_SLOW.includes(type)))(
    'has in $type all that $consumer reads',
    ({ type, reads }) => {
      const published = events.filter((event) => event.type === type);
      const misses = published.map(({ detail }) => missingFrom(detail, reads));
      const optional = promised(type, reads).filter(({ promise }) => promise === 'sometimes');
      const excused = optional.map(({ place }) => `${place}: undefined`);

      expect(misses).toContainEqual([]);
      expect(misses.flat().filter((miss) => !excused.some((excuse) => miss.startsWith(excuse)))).toEqual([]);
    },
  );
});

/** One order that is shipped, one that its buyer cancels, one that is not paid, and one from a cart. */
async function makeOrdersHappen(): Promise<void> {
  const [jane, admin] = await Promise.all([shop.aCustomer(), shop.admin()]);
  const product_id = await shop.aProduct({ price: 10 });
  await changeProduct(product_id);
  const [shipped, cancelled] = await Promise.all([1, 2].map(() => shop.settledOrder(jane, { product_id })));
  await shop.call(`PUT /api/v1/orders/${shipped.order_id}/status`, { ...admin, body: { status: 'shipped' } });
  await shop.call(`PUT /api/v1/orders/${cancelled.order_id}/status`, { ...jane, body: { status: 'cancelled' } });
  await shop.settledOrder(jane, { product_id, payment_method: 'card_declined' });
  await fromCart(jane, product_id);
}

async function changeProduct(product_id: string): Promise<void> {
  const body = { name: 'Changed', category: 'test', price: 11 };
  await shop.call(`PUT /api/v1/products/${product_id}`, { ...(await shop.admin()), body });
}

async function fromCart({ user_id, token }: Buyer, product_id: string): Promise<void> {
  const item = `PUT /api/v1/carts/${user_id}/items/${product_id}`;
  await eventually(async () => (await shop.call(item, { token, body: { quantity: 1 } })).status === 200);
  const body = { payment_method: 'card_ok' };
  await shop.call(`POST /api/v1/carts/${user_id}/checkout`, {
    token,
    body,
    headers: { 'idempotency-key': randomUUID() },
  });
}

/** An account that is changed and deleted. */
async function makeAccountsHappen(): Promise<void> {
  const joe = await shop.aCustomer();
  const body = { username: `u${randomUUID()}` };
  await shop.call(`PUT /api/v1/users/${joe.user_id}`, { ...joe, body });
  await shop.call(`DELETE /api/v1/users/${joe.user_id}`, joe);
}
