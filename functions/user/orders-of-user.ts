import * as z from 'zod/mini';
import type { Cause } from '#events/event.ts';
import { ON_BEHALF_OF } from '#lib/runtime/auth/calling-service.ts';
import { circuitRows } from '#lib/runtime/aws/circuit-rows.ts';
import { signedHeaders } from '#lib/runtime/aws/signed-headers.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import { Discovery } from '#lib/runtime/discovery.ts';
import { addressPolicy } from '#lib/runtime/outbound/address-policy.ts';
import { ServiceClient } from '#lib/runtime/service-client.ts';

/** The orders of a user, or none and why: an account is shown whatever has become of the order service. */
export type OrdersOfUser =
  | { orders: unknown[] }
  | { orders: []; orders_unavailable: true }
  | { orders: []; timeout: true };

interface OnBehalfOf {
  authorization: string | undefined;
  cause: Cause;
}

/** As many as the order service puts on a page. */
const NEWEST = 100;

const OrderPage = z.object({ orders: z.array(z.looseObject({ order_id: z.string() })) });

// One client for all requests of an execution environment: its circuit breaker remembers between them.
let orderService: ServiceClient | undefined;

/** Asks the order service for the user's newest orders, as the caller and within the caller's trace. */
export async function ordersOf(
  userId: string,
  { authorization = '', cause }: OnBehalfOf,
  client = defaultClient(),
): Promise<OrdersOfUser> {
  const answer = await client.get(`/internal/v1/orders/user/${encodeURIComponent(userId)}?limit=${NEWEST}`, {
    [ON_BEHALF_OF]: authorization,
    'x-correlation-id': cause.correlation_id,
    traceparent: cause.traceparent,
  });
  if (answer.outcome === 'timeout') return { orders: [], timeout: true };
  const body = answer.outcome === 'answered' && answer.status === 200 ? answer.body : undefined;
  const { data: page } = OrderPage.safeParse(body);
  return page ? { orders: page.orders } : { orders: [], orders_unavailable: true };
}

/** The registry says where the order service is; should nobody know, it is where all our services are. */
function defaultClient(): ServiceClient {
  const baseUrl = requiredEnv('API_URL');
  orderService ??= new ServiceClient({
    baseUrl,
    service: 'order',
    discovery: new Discovery({ listUrl: requiredEnv('REGISTRY_URL') }),
    policy: addressPolicy(),
    memory: circuitRows,
    sign: signedHeaders,
  });
  return orderService;
}
