import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { storyText } from '#bin/logs/print.ts';
import { runSaved, savedQueries } from '#bin/logs/saved.ts';
import { storyOf } from '#bin/logs/story.ts';
import { operatorEnvironment } from '../setup/embedded-cloud.ts';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';

beforeAll(() => {
  Object.assign(process.env, operatorEnvironment());
});

const span = () => ({ from: new Date(0), until: new Date(Date.now() + 60_000) });

describe('npm run logs', () => {
  test('shows what all services have logged about an order, by the order as by the request', async () => {
    const buyer = await shop.aCustomer();
    const product_id = await shop.aProduct();
    const correlationId = `test-${randomUUID()}`;
    const { body } = await shop.call('POST /api/v1/orders', {
      token: buyer.token,
      headers: { 'idempotency-key': randomUUID(), 'x-correlation-id': correlationId },
      body: { items: [{ product_id, quantity: 1 }], payment_method: 'card_declined' },
    });

    const [byOrder, byRequest] = await eventually(async () => {
      const stories = await Promise.all([body.order_id, correlationId].map((id) => storyOf('dev', id, span())));
      return stories.every((story) => /order\/cancel-order +step done +cancelled/.test(storyText(story))) && stories;
    });

    const services = new Set(byOrder?.lines.map(({ said }) => said.service));
    expect([...services]).toEqual(expect.arrayContaining(['order', 'inventory', 'payment']));
    expect(byOrder?.correlation_ids).toContain(correlationId);
    expect(byRequest?.correlation_ids).toEqual([correlationId]);
    const text = storyText(byRequest as NonNullable<typeof byRequest>);
    expect(text).toMatch(/order\/place-order +POST \/api\/v1\/orders +ok +\d+ ms +202/);
    expect(text).toMatch(/payment\/take-payment +step done +refused +\d+ ms +payment_declined/);
    expect(text).not.toContain(buyer.user_id);
  });

  test('says when there is nothing', async () => {
    expect(storyText(await storyOf('dev', randomUUID(), span()))).toMatch(/^No line of stage dev names /);
  });

  test('runs saved queries, of all services and of one', async () => {
    const id = randomUUID();
    await shop.call(`GET /api/v1/orders/${id}`, await shop.aCustomer());
    const about = { ...span(), values: { order_id: id } };

    const [line] = await eventually(async () => {
      const found = await runSaved('dev', 'everything about this order', about);
      return found.length > 0 && found;
    });

    expect(line).toMatchObject({ service: 'order', function: 'get-order', outcome: 'NOT_FOUND' });
    expect(await runSaved('dev', 'refusals by route', about)).not.toEqual([]);
    expect((await savedQueries('dev')).get('order: failures')?.logGroupNames?.length).toBeGreaterThan(10);
    await expect(runSaved('dev', 'everything about this order', { ...span(), values: {} })).rejects.toThrow(
      '--set order_id=<value>',
    );
    await expect(runSaved('dev', 'gossip', about)).rejects.toThrow('There is no saved query "gossip"');
  });
});
