import { randomUUID } from 'node:crypto';
import { allOperations, type Operation, pathWith } from '../contract/operations.ts';
import { rawCall } from '../contract/raw-call.ts';
import { fullBody } from '../contract/valid-body.ts';
import { shop } from './end-to-end.ts';
import { eventually } from './eventually.ts';
import type { Answer, Buyer } from './shop.ts';

export const operations = allOperations();

/** Ids in a path that say whose it is. */
export const OWNED = ['user_id', 'order_id'];

/** Who attacks, and what: Joe is after what is Jane's; both would like to be the administrator. */
export interface Scene {
  jane: Buyer;
  joe: Buyer;
  admin: Buyer;
  /** Ids for paths: of Jane, of an order of hers, and of a product and a route that no other test uses. */
  janes: Record<string, string>;
}

export async function aScene(): Promise<Scene> {
  const [jane, joe, admin, product_id, { route_id }] = await Promise.all([
    shop.aCustomer(),
    shop.aCustomer(),
    shop.admin(),
    shop.aProduct(),
    shop.aRoute(),
  ]);
  const { body } = await shop.placeOrder(jane, { product_id });
  const janes = { user_id: jane.user_id, order_id: body.order_id, product_id, route_id, provider: 'sandbox' };
  return { jane, joe, admin, janes };
}

export function idsIn({ path }: Pick<Operation, 'path'>): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

/** Who may do it: only what else is in the request is wrong. */
export function callerOf({ jane, admin }: Scene, { access }: Operation): Buyer {
  return access === 'admin' ? admin : jane;
}

export const nameOf = ({ method, path }: Operation) => `${method} ${path}`;

export const bearer = ({ token }: Buyer) => ({ authorization: `Bearer ${token}` });

/** A body that the operation takes, with all that it may have. */
export function bodyOf({ janes }: Scene, operation: Operation): unknown {
  const { host, port, health_check_url } = shop.anInstance();
  return fullBody(operation, { product_id: janes.product_id, host, port, health_check_url });
}

export interface AttackRequest {
  token?: string | undefined;
  headers?: Record<string, string>;
  body?: unknown;
  path?: string;
}

/** The key makes a request one that may be repeated, so that it is when the shop is too busy to look at it. */
export function send({ janes }: Scene, operation: Operation, request: AttackRequest): Promise<Answer> {
  const { path = pathWith(operation, janes), headers, ...rest } = request;
  const own = { 'idempotency-key': randomUUID(), ...headers };
  return shop.call(`${operation.method} ${path}`, { ...rest, headers: own });
}

/** Sends what `fetch` does not send as it is; again while the shop is too busy to look at it. */
export function sendRaw(route: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  return eventually(async () => {
    const answer = await rawCall(shop.apiUrl, { method, path, headers, body });
    return (answer.status !== 503 || /problem/.test(answer.headers.get('content-type') ?? '')) && answer;
  });
}
