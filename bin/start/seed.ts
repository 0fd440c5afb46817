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

/**
 * Makes the administrator and loads the sample catalogue, through the same doors that anybody uses. Run again, it
 * changes nothing: the products have idempotency keys, and stock is only set where there is none.
 */
export async function seed(shop: Shop, password: string): Promise<void> {
  await shop.makeAdmin({ username: 'admin', email: 'admin@example.com', password });
  const { access_token } = await call(shop, 'POST /api/v1/auth/login', { body: { username: 'admin', password } });
  await Promise.all(SAMPLE_CATALOGUE.map((sample) => loadProduct(shop, access_token as string, sample)));
}

async function loadProduct(shop: Shop, token: string, { on_hand, ...product }: (typeof SAMPLE_CATALOGUE)[number]) {
  const headers = {
    authorization: `Bearer ${token}`,
    'idempotency-key': `sample-${product.name.replaceAll(' ', '-')}`,
  };
  const { product_id } = await call(shop, 'POST /api/v1/products', { headers, body: product });
  const route = `/api/v1/inventory/${product_id}`;
  const known = await fetch(shop.apiUrl + route, { headers });
  const stock = known.ok && ((await known.json()) as { on_hand: number });
  if (!stock || stock.on_hand === 0) await call(shop, `PUT ${route}`, { headers, body: { on_hand } });
}

async function call(shop: Shop, route: string, request: { headers?: Record<string, string>; body: object }) {
  const [method, path] = route.split(' ');
  const response = await fetch(`${shop.apiUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...request.headers },
    body: JSON.stringify(request.body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`The sample catalogue could not be loaded: ${route} answered ${answer.detail}`);
  return answer;
}
