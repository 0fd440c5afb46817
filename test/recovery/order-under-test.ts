import { createHash, randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { callsOf } from './faults.ts';
import type { RecoveryShop, Visit } from './recovery-shop.ts';

/** One order for two pieces of a product of its own: five in stock, at 20.00. */
export interface OrderUnderTest extends Visit {
  product_id: string;
  order_id: string;
}

const STOCK = 5;
const QUANTITY = 2;
const PRICE = 20;
const TOTAL_CENTS = 4_000;

/** For faults that only the calls for one order are to meet: these name its product. */
export function aProductToOrder(shop: RecoveryShop): Promise<string> {
  return shop.aProduct({ price: PRICE, stock: STOCK });
}

export async function placeOrder(
  shop: RecoveryShop,
  payment_method = 'card_ok',
  productId?: string,
): Promise<OrderUnderTest> {
  const product_id = productId ?? (await aProductToOrder(shop));
  const { door, buyer } = await shop.visit();
  const { status, body } = await door.placeOrder(buyer, { product_id, quantity: QUANTITY, payment_method });
  expect(status).toBe(202);
  return { door, buyer, product_id, order_id: body.order_id as string };
}

/**
 * An order whose saga is not started, and of which no dead-man message will ever tell; with what the saga would have
 * been started with.
 */
export async function placeOrderWithoutSaga(shop: RecoveryShop, payment_method?: string) {
  const product_id = await aProductToOrder(shop);
  const QueueUrl = shop.id('order', 'DeadMan/Messages');
  const isDeadMan = callsOf('sqs', 'SendMessage', (input) => input.QueueUrl === QueueUrl);
  shop.faults.intercept(isDeadMan, async ({ input }) => ({
    MessageId: randomUUID(),
    MD5OfMessageBody: createHash('md5')
      .update((input as Json).MessageBody)
      .digest('hex'),
  }));
  // Not those of other orders, which a dead-man message may start at any time.
  const isOurs = callsOf('states', 'StartExecution', ({ input }) => input.includes(product_id));
  const starts = shop.faults.swallow(isOurs, { executionArn: 'none', startDate: 0 });
  const order = await placeOrder(shop, payment_method, product_id);
  const { input } = await eventually(async () => starts[0]?.input as Json);
  shop.faults.end();
  return { ...order, input: input as string };
}

/** Calls a step as the saga does. @param input of the saga */
export function runStep(shop: RecoveryShop, step: string, input: string): Promise<Json> {
  return shop.invoke(step, { ...JSON.parse(input), reason: 'test' });
}

/** An order whose saga has died after the first step, and of which no dead-man message will ever tell. */
export async function leaveOrderAlone(shop: RecoveryShop) {
  const order = await placeOrderWithoutSaga(shop);
  expect(await runStep(shop, 'inventory/reserve-stock', order.input)).toEqual({ outcome: 'reserved' });
  return order;
}

/** Calls of a function, such as `payment/take-payment`, with something in which this id stands. */
export function callsAbout(shop: RecoveryShop, fn: string, id: string) {
  const name = shop.functionName(fn);
  return callsOf(
    'lambda',
    'Invoke',
    ({ FunctionName, Payload }) => FunctionName.endsWith(`:${name}:live`) && Buffer.from(Payload).includes(id),
  );
}

/** Confirmed once, charged once, sold once. */
export async function expectConfirmed(shop: RecoveryShop, order: OrderUnderTest): Promise<void> {
  const { door, buyer, order_id, product_id } = order;
  expect(await door.settled(buyer, order_id)).toMatchObject({ status: 'confirmed' });
  expect(await shop.history('order', `ORDER#${order_id}`)).toEqual(['order.created', 'order.confirmed']);
  expect(await shop.history('payment', `PAYMENT#${order_id}`)).toEqual(['payment.completed']);
  expect(await shop.ledger(order_id)).toMatchObject({ status: 'charged', amount: { amount: TOTAL_CENTS } });
  const left = STOCK - QUANTITY;
  await eventually(async () => {
    expect(await door.stock(product_id)).toEqual({ product_id, on_hand: left, reserved: 0, available: left });
    return true;
  });
}

/** Cancelled for this reason, all stock back on sale, no money kept. */
export async function expectCancelled(shop: RecoveryShop, order: OrderUnderTest, reason: string): Promise<void> {
  const { door, buyer, order_id } = order;
  expect(await door.settled(buyer, order_id)).toMatchObject({ status: 'cancelled', reason });
  const history = await shop.history('order', `ORDER#${order_id}`);
  expect(history).toEqual(['order.created', 'order.cancelling', 'order.cancelled']);
  await expectNothingKept(shop, order);
}

export async function expectNothingKept(shop: RecoveryShop, { door, order_id, product_id }: OrderUnderTest) {
  expect((await shop.ledger(order_id))?.status).not.toBe('charged');
  expect(await door.stock(product_id)).toEqual({ product_id, on_hand: STOCK, reserved: 0, available: STOCK });
}
