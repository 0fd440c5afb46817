import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Report } from '#bin/rebuild-view/rebuild-view.ts';
import { eventually } from '../setup/eventually.ts';
import type { Buyer, Json } from '../setup/shop.ts';
import { type PublishedEvent, PublishedEvents } from './published-events.ts';
import type { RecoveryShop } from './recovery-shop.ts';

const ROOT = join(__dirname, '../..');

interface Command {
  child: ChildProcess;
  ended: Promise<{ status: number | null; printed: string; errors: string }>;
}

/** The customers' view of a shop, and the command that makes it anew. */
export class ViewUnderTest {
  readonly #shop: RecoveryShop;

  constructor(shop: RecoveryShop) {
    this.#shop = shop;
  }

  /** Runs `npm run rebuild-view`. */
  startRebuild(...args: string[]): Command {
    const timing = ['--archive-lag-seconds', '0', '--settle-seconds', '1'];
    const child = spawn(process.execPath, ['bin/rebuild-view.ts', ...timing, ...args], {
      cwd: ROOT,
      env: { ...process.env, AWS_ENDPOINT_URL: this.#shop.cloud.awsUrl },
    });
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    const ended = Promise.all([closed, text(child.stdout), text(child.stderr)]).then(([status, printed, errors]) => ({
      status,
      printed,
      errors,
    }));
    return { child, ended };
  }

  async rebuild(...args: string[]): Promise<{ status: number | null; report: Report }> {
    const { status, printed, errors } = await this.startRebuild('--json', ...args).ended;
    if (!printed) throw new Error(errors);
    return { status, report: JSON.parse(printed) };
  }

  #table(): string {
    return this.#shop.id('view', 'Table');
  }

  async allRows(): Promise<Json[]> {
    return (await this.#shop.call('dynamodb', 'Scan', { TableName: this.#table(), ConsistentRead: true })).Items;
  }

  async generations(): Promise<{ live: string; building?: string }> {
    const Key = { pk: { S: 'GENERATIONS' }, sk: { S: 'GENERATIONS' } };
    const { Item } = await this.#shop.call('dynamodb', 'GetItem', {
      TableName: this.#table(),
      Key,
      ConsistentRead: true,
    });
    return { live: Item?.live.S ?? 'g1', building: Item?.building?.M.generation.S };
  }

  async ordersInView({ user_id, token }: Buyer): Promise<Json[]> {
    const { door } = await this.#shop.visit();
    return (await door.call(`GET /api/v1/views/customers/${user_id}`, { token })).body.orders;
  }

  /** Waits until the view tells of all these orders what their customer was told last, and of their payments. */
  viewOf(jane: Buyer, isThere: (orders: Json[]) => boolean): Promise<Json[]> {
    return eventually(async () => {
      const [orders, messages] = [await this.ordersInView(jane), await this.messagesTo(jane)];
      return isThere(orders) && orders.every((order) => isUpToDate(order, messages)) && orders;
    });
  }

  async messagesTo({ token }: Buyer): Promise<Json[]> {
    const { door } = await this.#shop.visit();
    return (await door.call('GET /api/v1/notifications?limit=100', { token })).body.notifications;
  }

  /** A customer with an order that is confirmed, one that was not paid, and one that she has cancelled. */
  async aMixedHistory(): Promise<{ jane: Buyer; product_id: string; orders: Json[] }> {
    const { door } = await this.#shop.visit();
    const jane = await door.aCustomer();
    const product_id = await this.#shop.aProduct({ stock: 100 });
    await door.settledOrder(jane, { product_id });
    await door.settledOrder(jane, { product_id, payment_method: 'card_declined' });
    const { order_id } = await door.settledOrder(jane, { product_id });
    await door.call(`PUT /api/v1/orders/${order_id}/status`, { ...jane, body: { status: 'cancelled' } });
    await door.settled(jane, order_id);
    const body = { name: `Renamed ${randomUUID()}`, category: 'test', price: 20 };
    await door.call(`PUT /api/v1/products/${product_id}`, { ...(await door.admin()), body });
    const isRenamed = ({ items }: Json) => items[0].name === body.name;
    const orders = await this.viewOf(jane, (all) => all.length === 3 && all.every(isRenamed));
    return { jane, product_id, orders };
  }

  async anErasedCustomer(): Promise<Buyer> {
    const { door } = await this.#shop.visit();
    const joe = await door.aCustomer();
    await door.settledOrder(joe, { product_id: await this.#shop.aProduct() });
    await this.viewOf(joe, (all) => all.length === 1);
    await door.call(`DELETE /api/v1/users/${joe.user_id}`, joe);
    const rows = async () => (await this.allRows()).filter((row) => JSON.stringify(row).includes(joe.user_id));
    await eventually(async () => (await rows()).every(({ sk }) => sk.S === 'ERASED'));
    return joe;
  }

  /** Puts events on the bus, each after the one before was handled so often by the subscriber of the view. */
  async tell(...events: [subscriber: string, event: PublishedEvent][]): Promise<void> {
    const published = new PublishedEvents(this.#shop);
    for (const [subscriber, event] of events) {
      const times = () => this.#shop.timesHandled(`view/${subscriber}`, event.metadata.event_id);
      const before = await times();
      await published.publish(event);
      await eventually(async () => (await times()) > before);
    }
  }

  async asAdmin(user_id: string): Promise<Json[]> {
    const { door } = await this.#shop.visit();
    return this.ordersInView({ user_id, token: (await door.admin()).token });
  }

  async plantWrongStatus(orderId: string): Promise<void> {
    const { live } = await this.generations();
    await this.#shop.call('dynamodb', 'UpdateItem', {
      TableName: this.#table(),
      Key: { pk: { S: `${live}|ORDER#${orderId}` }, sk: { S: 'ORDER' } },
      UpdateExpression: 'SET progress.#status = :wrong',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':wrong': { S: 'delivered' } },
    });
  }
}

/** An order that was paid and is cancelled has two messages on its end, in either order: about it and about the money. */
function isUpToDate({ order_id, status, payment, last_message }: Json, messages: Json[]): boolean {
  const ofOrder = messages.filter(({ subject }) => subject.includes(order_id.slice(0, 8)));
  const types = ofOrder.map(({ type }) => type);
  const isPaidBack = !types.includes('order.confirmed') || types.includes('payment.refunded');
  const isTold = types.includes(`order.${status}`) && (status !== 'cancelled' || isPaidBack);
  const isPaymentKnown = payment && (status === 'confirmed') === (payment.status === 'completed');
  return isTold && isPaymentKnown && ofOrder.every(({ sent_at }) => sent_at <= last_message?.sent_at);
}
