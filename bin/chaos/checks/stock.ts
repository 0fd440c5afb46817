import type { Evidence, OrderRow, StockRow, Violation } from '../rows.ts';
import { isSold } from './money.ts';

/** No piece is sold twice and none is lost: what there was is on sale, held or sold, over all shards. */
export function checkStock(evidence: Evidence): Violation[] {
  const { stocked, stocks, orders, belowNothing } = evidence;
  const shards = Map.groupBy(stocks, ({ product_id }) => product_id);
  return [
    ...belowNothing.map((moment) => violation(moment, 'was below nothing at some moment')),
    ...stocks.flatMap(oneShard),
    ...heldForNobody(evidence),
    ...[...stocked].flatMap(([id, initial]) => oneProduct(id, initial, { shards: shards.get(id) ?? [], orders })),
  ];
}

function violation(subject: string, problem: string): Violation {
  return { check: 'stock', subject, problem };
}

const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);

function oneShard({ pk, available, reserved, pending }: StockRow): Violation[] {
  const held = sum(Object.values(pending));
  return [
    ...(available < 0 || reserved < 0 ? [violation(pk, `${available} on sale, ${reserved} reserved`)] : []),
    ...(held === reserved ? [] : [violation(pk, `${reserved} are reserved, its orders hold ${held}`)]),
  ];
}

/** Nothing is held for long: once it is quiet, only for orders that people have to look at. */
function heldForNobody({ stocks, orders }: Evidence): Violation[] {
  const stuck = new Set(orders.filter(({ status }) => status === 'needs_attention').map(({ order_id }) => order_id));
  return stocks.flatMap(({ pk, pending }) =>
    Object.keys(pending)
      .filter((orderId) => !stuck.has(orderId))
      .map((orderId) => violation(pk, `still holds pieces for ${orderId}`)),
  );
}

function oneProduct(
  productId: string,
  initial: number,
  { shards, orders }: { shards: StockRow[]; orders: OrderRow[] },
): Violation[] {
  const here = sum(shards.map(({ available, reserved }) => available + reserved));
  const sold = sum(orders.filter(isSold).flatMap(({ items }) => ofProduct(items, productId)));
  const gone = initial - here;
  return gone === sold ? [] : [violation(productId, `${gone} of ${initial} are gone, ${sold} were sold`)];
}

function ofProduct(items: OrderRow['items'], productId: string): number[] {
  return items.filter(({ product_id }) => product_id === productId).map(({ quantity }) => quantity);
}
