import { setTimeout as wait } from 'node:timers/promises';
import { HOT_PRODUCT, type Plan, type Step } from './plan.ts';
import type { ChaosShop, Customer } from './shop.ts';
import type { Witness } from './witness.ts';

/** So many steps at a time. */
const CALLERS = 6;
/** For so long somebody waits for the end of an order before doing something else, ms. */
const PATIENCE_MS = 4_000;
const CATEGORY = 'chaos';
const CENTS_AT_FIRST = 2_000;
const SHARDS = 4;

/** What there is to order, and who orders: made before anything fails. */
export interface Scene {
  products: string[];
  customers: Customer[];
  adminToken: string;
}

export async function setScene(shop: ChaosShop, plan: Plan): Promise<Scene> {
  const adminToken = await shop.admin();
  const products: string[] = [];
  for (const [index, on_hand] of plan.stock.entries()) {
    const body = { name: `Chaos ${index}`, category: CATEGORY, price: CENTS_AT_FIRST / 100 };
    const key = `chaos-product-${index}`;
    const { product_id } = await shop.mustAsk('POST /api/v1/products', { token: adminToken, body, key });
    const stock = { on_hand, ...(index === HOT_PRODUCT && { shards: SHARDS }) };
    await shop.mustAsk(`PUT /api/v1/inventory/${product_id}`, { token: adminToken, body: stock });
    products.push(product_id);
  }
  const customers: Customer[] = [];
  for (let index = 0; index < plan.customers; index++) customers.push(await shop.newCustomer());
  return { products, customers, adminToken };
}

export interface Load {
  shop: ChaosShop;
  witness: Witness;
  plan: Plan;
  scene: Scene;
  onStep(done: number): void;
}

/** Does all steps of the plan. Resolves to the orders that the shop has accepted. */
export async function runLoad(load: Load): Promise<string[]> {
  const accepted: string[] = [];
  const steps = load.plan.steps.values();
  let done = 0;
  const caller = async () => {
    for (const step of steps) {
      const orderId = await doStep(load, step);
      if (orderId) accepted.push(orderId);
      done += 1;
      load.onStep(done);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return accepted;
}

/** What the shop refuses, or cannot do at the moment, is no violation: nothing was promised. */
async function doStep(load: Load, step: Step): Promise<string | undefined> {
  const { shop, scene } = load;
  switch (step.kind) {
    case 'order':
      return order(load, step);
    case 'reprice': {
      const body = { name: step.name, category: CATEGORY, price: step.cents / 100 };
      await shop.ask(`PUT /api/v1/products/${scene.products[step.product]}`, { token: scene.adminToken, body });
      return undefined;
    }
    case 'erase': {
      const customer = scene.customers[step.customer] as Customer;
      const { status } = await shop.ask(`DELETE /api/v1/users/${customer.user_id}`, customer);
      // 404: it was done, and the answer was lost.
      customer.erased = status === 204 || status === 404;
      return undefined;
    }
    default:
      return step satisfies never;
  }
}

async function order({ shop, scene, witness }: Load, step: Extract<Step, { kind: 'order' }>) {
  const { token } = scene.customers[step.customer] as Customer;
  const items = step.items.map(({ product, quantity }) => ({ product_id: scene.products[product], quantity }));
  const body = { items, payment_method: step.card };
  const { status, body: placed } = await shop.ask('POST /api/v1/orders', { token, key: step.key, body });
  if (status !== 202) return undefined;
  const cancel = () =>
    shop.ask(`PUT /api/v1/orders/${placed.order_id}/status`, { token, body: { status: 'cancelled' } });
  if (step.cancel === 'at once') await cancel();
  const patience = new AbortController();
  const wentOn = wait(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([witness.settled(placed.order_id), wentOn]);
  patience.abort();
  if (step.cancel === 'later') await cancel();
  return placed.order_id as string;
}
