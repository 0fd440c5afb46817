import type { Scene } from './load.ts';
import type { Plan } from './plan.ts';
import type { Quiet } from './quiet.ts';
import type {
  Evidence,
  HistoryRow,
  LedgerRow,
  NotificationRow,
  OrderRow,
  PaymentRow,
  ProductCopy,
  ProductRow,
  ReservationRow,
  StockRow,
  Subscription,
  ViewOrder,
} from './rows.ts';
import type { ChaosShop, Json } from './shop.ts';
import type { Witness } from './witness.ts';

/** Where the provider keeps what it has done: stack and construct path of its table. */
const LEDGER = ['Sandbox', 'Outbox/Table'] as const;
const OUTBOX = 'Outbox/Table';
const PAGE = 100;

export interface Campaign {
  plan: Pick<Plan, 'stock'>;
  scene: Pick<Scene, 'products' | 'customers'>;
  accepted: string[];
  quiet: Quiet;
  witness: Witness;
}

type AnyRow = HistoryRow & { [field: string]: unknown };

/** Reads all that the checks want to know. */
export async function collectEvidence(shop: ChaosShop, campaign: Campaign): Promise<Evidence> {
  const { plan, scene, accepted, quiet, witness } = campaign;
  const [order, inventory, payment, notification, product, cart] = await Promise.all(
    ['Order', 'Inventory', 'Payment', 'Notification', 'Product', 'Cart'].map((name) => shop.rows<AnyRow>(name, OUTBOX)),
  );
  const subscribers = await subscribersOf(shop);
  const gone = new Set([...witness.events.values()].filter(isDeletion).map(({ user_id }) => user_id));
  const customers = scene.customers.map(({ user_id }) => ({ user_id, erased: gone.has(user_id) }));
  return {
    accepted,
    stocked: new Map(scene.products.map((id, index) => [id, plan.stock[index] ?? 0])),
    orders: rowsOf<OrderRow>(order, 'ORDER#'),
    reservations: rowsOf<ReservationRow>(inventory, 'RESERVATION#'),
    stocks: rowsOf<StockRow>(inventory, 'STOCK#'),
    payments: rowsOf<PaymentRow>(payment, 'PAYMENT#'),
    ledger: rowsOf<LedgerRow>(await shop.rows<AnyRow>(...LEDGER), 'CHARGE#'),
    notifications: rowsOf<NotificationRow>(notification, 'NOTIFICATION#'),
    products: rowsOf<ProductRow>(product, 'PRODUCT#'),
    copies: [...copiesOf('order', order), ...copiesOf('cart', cart)],
    customers,
    views: await viewsOf(shop, customers),
    events: [...witness.events.values()],
    published: witness.published,
    subscriptions: subscribers.map(({ subscriber, types }) => ({ subscriber, types })),
    handled: handledBy(subscribers, witness),
    belowNothing: [...witness.belowNothing],
    leftovers: quiet.leftovers,
  };
}

const isDeletion = ({ type }: { type: string }) => type === 'user.deleted';

function rowsOf<Row>(rows: AnyRow[] = [], prefix: string): Row[] {
  return rows.filter(({ pk }) => pk.startsWith(prefix)) as unknown as Row[];
}

function copiesOf(service: string, rows: AnyRow[] | undefined): ProductCopy[] {
  return rowsOf<ProductCopy>(rows, 'PRODUCT#').map((copy) => ({ ...copy, service }));
}

async function viewsOf(shop: ChaosShop, customers: { user_id: string }[]): Promise<Map<string, ViewOrder[]>> {
  const token = await shop.admin();
  const views = new Map<string, ViewOrder[]>();
  for (const { user_id } of customers) {
    const orders: ViewOrder[] = [];
    let cursor = '';
    do {
      const page = await shop.mustAsk(`GET /api/v1/views/customers/${user_id}?limit=${PAGE}${cursor}`, { token });
      orders.push(...page.orders);
      cursor = page.next_cursor && `&cursor=${encodeURIComponent(page.next_cursor)}`;
    } while (cursor);
    views.set(user_id, orders);
  }
  return views;
}

type Subscriber = Subscription & { logGroup: string };

/** Rule -> queue -> function, as it is deployed. Rules for replays alone are left out: nothing is replayed. */
async function subscribersOf(shop: ChaosShop): Promise<Subscriber[]> {
  const { EventSourceMappings } = await shop.call('lambda', 'ListEventSourceMappings', {});
  const readerOf = new Map<string, string>(EventSourceMappings.map((it: Json) => [it.EventSourceArn, it.FunctionArn]));
  const EventBusName = shop.cloud.physicalId('Bazaar-dev-Platform', 'Bus');
  const { Rules } = await shop.call('events', 'ListRules', { EventBusName });
  const subscribers: Subscriber[] = [];
  for (const { Name, EventPattern = '{}' } of Rules) {
    const pattern = JSON.parse(EventPattern);
    const { Targets } = await shop.call('events', 'ListTargetsByRule', { Rule: Name, EventBusName });
    const FunctionName = readerOf.get(Targets[0]?.Arn);
    if (!FunctionName || pattern['replay-name'] || !pattern['detail-type']) continue;
    const { Description, LoggingConfig } = await shop.call('lambda', 'GetFunctionConfiguration', { FunctionName });
    const subscriber = Description.replace(': ', '/');
    subscribers.push({ subscriber, types: pattern['detail-type'], logGroup: LoggingConfig.LogGroup });
  }
  return subscribers;
}

function handledBy(subscribers: Subscriber[], { handled }: Witness): Map<string, number> {
  const byGroup = new Map(subscribers.map(({ logGroup, subscriber }) => [logGroup, subscriber]));
  return new Map(
    [...handled].map(([key, times]) => {
      const [group = '', eventId] = key.split(' ');
      return [`${byGroup.get(group) ?? group} ${eventId}`, times];
    }),
  );
}
