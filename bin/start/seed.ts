import { SAMPLE_CATALOGUE } from './catalogue.ts';

export interface Shop {
  apiUrl: string;
  /** Calls the operator function that makes an administrator. */
  makeAdmin(admin: Admin): Promise<void>;
}

export interface Admin {
  username: string;
  email: string;
  password: string;
}

interface Answer {
  [field: string]: unknown;
}

/**
 * Makes the administrator and loads the sample catalogue, through the same doors that anybody uses. Run again, it
 * changes nothing: the products have idempotency keys, and stock is only set where there is none.
 */
export async function seed(shop: Shop, password: string): Promise<void> {
  const startedAt = Date.now();
  await shop.makeAdmin({ username: 'admin', email: 'admin@example.com', password });
  const { access_token } = await call(shop, 'POST /api/v1/auth/login', { body: { username: 'admin', password } });
  // One by one: side by side, each call would wait for an environment of its own to start.
  for (const { on_hand, ...product } of SAMPLE_CATALOGUE) {
    const headers = { authorization: `Bearer ${access_token}`, 'idempotency-key': `sample-${keyOf(product.name)}` };
    const { product_id, created_at } = await call(shop, 'POST /api/v1/products', { headers, body: product });
    const route = `/api/v1/inventory/${product_id}`;
    const isNew = Date.parse(String(created_at)) >= startedAt;
    if (isNew || (await hasNoStock(shop, route, headers)))
      await call(shop, `PUT ${route}`, { headers, body: { on_hand } });
  }
}

function keyOf(name: string): string {
  return name.replaceAll(' ', '-');
}

/** True as well where inventory has not heard of the product: an earlier start ended between product and stock. */
async function hasNoStock(shop: Shop, route: string, headers: Record<string, string>): Promise<boolean> {
  const response = await fetch(shop.apiUrl + route, { headers });
  return !response.ok || ((await response.json()) as Answer).on_hand === 0;
}

async function call(shop: Shop, route: string, request: { headers?: Record<string, string>; body: object }) {
  const [method, path] = route.split(' ');
  const response = await fetch(`${shop.apiUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...request.headers },
    body: JSON.stringify(request.body),
  });
  const answer = (await response.json()) as Answer;
  if (!response.ok) throw new Error(`The sample catalogue could not be loaded: ${route} answered ${answer.detail}`);
  return answer;
}
