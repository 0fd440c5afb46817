import { randomUUID } from 'node:crypto';
import { EventBridgeClient, ListEventBusesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { CartCheckedOut } from '#events/cart-events.ts';
import type { EventContract, EventData } from '#events/event.ts';
import { ProductCreated, ProductUpdated } from '#events/product-events.ts';
import { UserDeleted } from '#events/user-events.ts';
import { cartOf, checkOutCart, clearCart, putIntoCart } from '../cart/shopper.ts';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { expectProblem } from '../setup/expect-problem.ts';

const bus = new EventBridgeClient({
  endpoint: process.env.BAZAAR_AWS_URL,
  region: 'us-east-1',
  credentials: { accessKeyId: 'operator', secretAccessKey: 'any' },
});
let busName: string | undefined;

beforeAll(async () => {
  const { EventBuses = [] } = await bus.send(new ListEventBusesCommand({}));
  busName = EventBuses.find(({ Name }) => Name !== 'default')?.Name;
});

/** Says that something has happened, as the publisher would. */
async function publish<Contract extends EventContract>(
  contract: Contract,
  data: EventData<Contract>,
  [aggregate_id, aggregate_version]: [id: string, version: number],
): Promise<void> {
  const metadata = {
    event_id: `${aggregate_id}#${aggregate_version}`,
    event_type: contract.type,
    version: contract.version,
    occurred_at: new Date().toISOString(),
    producer: contract.source,
    correlation_id: randomUUID(),
    causation_id: randomUUID(),
    traceparent: '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01',
    aggregate_id,
    aggregate_version,
  };
  const Detail = JSON.stringify({ metadata, data });
  const entry = { EventBusName: busName, Source: contract.source, DetailType: contract.type, Detail };
  const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount) throw new Error('The bus did not take the event.');
}

/** A product that only events tell of. */
function aToldProduct() {
  const product_id = randomUUID();
  const product = { product_id, name: 'Told', category: 'test' };
  const at = (version: number): [string, number] => [`PRODUCT#${product_id}`, version];
  return {
    product_id,
    created: (amount: number) => publish(ProductCreated, { ...product, price: { amount, currency: 'USD' } }, at(1)),
    updated: (version: number, amount: number) =>
      publish(ProductUpdated, { ...product, price: { amount, currency: 'USD' } }, at(version)),
  };
}

// Needs the AWS endpoint of the embedded cloud, to say events again: not for a deployed stage.
describe('events that carts hear of', () => {
  test('product: twice and late, they leave the newest price', async () => {
    const jane = await shop.aCustomer();
    const product = aToldProduct();
    await product.updated(3, 300);
    await eventually(async () => (await putIntoCart(jane, product.product_id)).status === 200);

    await product.created(100);
    await product.updated(3, 300);
    await product.updated(2, 200);
    await product.updated(4, 400);

    await eventually(async () => (await cartOf(jane)).body.total === 4);
    const later = aToldProduct();
    await later.created(100);
    await eventually(async () => (await putIntoCart(jane, later.product_id)).status === 200);
    expect((await cartOf(jane)).body.total).toBe(5);
  });

  test('product: when its currency no longer goes with the others, there is no sum and no way to check out', async () => {
    const jane = await shop.aCustomer();
    const product = aToldProduct();
    await product.created(100);
    await eventually(async () => (await putIntoCart(jane, product.product_id)).status === 200);
    await putIntoCart(jane, await shop.aProduct({ price: 1 }));
    const { product_id } = product;
    const inEuros = { product_id, name: 'Told', category: 'test', price: { amount: 100, currency: 'EUR' } };

    await publish(ProductUpdated, inEuros, [`PRODUCT#${product_id}`, 2]);

    await eventually(async () => (await cartOf(jane)).body.total === null);
    expect((await cartOf(jane)).body.currency).toBeNull();
    expectProblem(await checkOutCart(jane), 422, 'MIXED_CURRENCIES');
    expect((await cartOf(jane)).body.items).toHaveLength(2);
  });

  test('user.deleted: the cart is erased, and stays so, however often it comes', async () => {
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct();
    await putIntoCart(jane, product_id);
    const { user_id } = jane;

    await publish(UserDeleted, { user_id }, [`USER#${user_id}`, 2]);
    await eventually(async () => (await cartOf(jane)).body.updated_at === null);
    await publish(UserDeleted, { user_id }, [`USER#${user_id}`, 2]);

    expectProblem(await putIntoCart(jane, product_id), 404, 'NOT_FOUND');
    expectProblem(await checkOutCart(jane), 404, 'NOT_FOUND');
    expectProblem(await clearCart(jane), 404, 'NOT_FOUND');
    expect((await cartOf(jane)).body).toMatchObject({ items: [], total: 0 });
  });

  test('user.deleted: of a user who never had a cart is nothing to fail on', async () => {
    const joe = await shop.aCustomer();

    await publish(UserDeleted, { user_id: joe.user_id }, [`USER#${joe.user_id}`, 2]);

    const product_id = await shop.aProduct();
    await eventually(async () => (await putIntoCart(joe, product_id)).status === 404);
  });
});

describe('cart.checked_out', () => {
  test('twice makes one order, as it was told first', async () => {
    const jane = await shop.aCustomer();
    const product_id = await shop.aProduct({ price: 5, stock: 10 });
    const { user_id } = jane;
    const order_id = randomUUID();
    const item = { product_id, name: 'As told', quantity: 2, price: { amount: 450, currency: 'USD' } };
    const data = { order_id, user_id, items: [item], payment_method: 'card_ok' };

    for (let n = 0; n < 3; n++) await publish(CartCheckedOut, data, [`CART#${user_id}`, 1]);

    await eventually(async () => (await shop.call(`GET /api/v1/orders/${order_id}`, jane)).body.status === 'confirmed');
    await publish(CartCheckedOut, data, [`CART#${user_id}`, 1]);
    const next = { ...data, order_id: randomUUID() };
    await publish(CartCheckedOut, next, [`CART#${user_id}`, 2]);
    await eventually(async () => (await shop.stock(product_id)).on_hand === 6);
    const { body } = await shop.call(`GET /api/v1/orders/user/${user_id}`, jane);
    expect(body.orders).toHaveLength(2);
    expect(body.orders.map(({ total }: { total: number }) => total)).toEqual([9, 9]);
    expect(body.orders[1].history).toHaveLength(2);
  });
});
