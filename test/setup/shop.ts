import { randomUUID } from 'node:crypto';
import { breachOfContract } from './contract.ts';
import { eventually } from './eventually.ts';

/** What the tests need to know of a running shop, local or deployed. */
export interface ShopAddress {
  apiUrl: string;
  adminPassword: string;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all routes
export type Json = any;

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

export interface Buyer {
  user_id: string;
  token: string;
}

interface ApiRequest {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Talks to a shop through its front door, in the words of the shop. */
export class Shop {
  readonly apiUrl: string;
  readonly #adminPassword: string;
  #admin: Promise<Buyer> | undefined;
  #regular: Promise<Buyer> | undefined;
  /** Ids of those that this shop was told to sell. */
  readonly #products = new Set<string>();

  constructor({ apiUrl, adminPassword }: ShopAddress) {
    this.apiUrl = apiUrl;
    this.#adminPassword = adminPassword;
  }

  /** @param route such as `GET /api/v1/products`. Throws when the answer breaks the contract of the route. */
  async call(route: string, { token, body, headers }: ApiRequest = {}): Promise<Answer> {
    const [method = '', path = ''] = route.split(' ');
    const request = {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    };
    const isConditional = headers?.['if-match'] !== undefined;
    const isIdempotent = method === 'GET' || (method === 'PUT' && !isConditional);
    const mayRepeat = isIdempotent || headers?.['idempotency-key'] !== undefined;
    const send = () => (mayRepeat ? this.#patiently(path, request) : this.#send(path, request));
    const answer = await (this.#namesOurProducts(path, body) ? this.#untilNewsArrive(send) : send());
    const breach = await breachOfContract(route, headers?.accept, answer);
    if (breach) throw new Error(breach);
    return answer;
  }

  /** As clients should: a plain 503 is API Gateway's own, when a function is throttled or takes too long. */
  async #patiently(path: string, request: RequestInit): Promise<Answer> {
    const isBusy = ({ status, headers }: Answer) =>
      status === 503 && !/problem/.test(headers.get('content-type') ?? '');
    const first = await this.#send(path, request);
    if (!isBusy(first)) return first;
    return eventually(async () => {
      const next = await this.#send(path, request);
      return !isBusy(next) && next;
    });
  }

  /** The news of a product that was made a moment ago may still be under way to those who sell it. */
  #untilNewsArrive(send: () => Promise<Answer>): Promise<Answer> {
    return eventually(async () => {
      const answer = await send();
      return !(answer.status === 422 && answer.body.code === 'UNKNOWN_PRODUCT') && answer;
    });
  }

  #namesOurProducts(path: string, body: Json): boolean {
    const items: Json[] = Array.isArray(body?.items) ? body.items : [{ product_id: path.split('/').at(-1) }];
    return items.length > 0 && items.every((item) => this.#products.has(item?.product_id));
  }

  async #send(path: string, request: RequestInit): Promise<Answer> {
    const response = await fetch(`${this.apiUrl}${path}`, request);
    return { status: response.status, headers: response.headers, body: await bodyOf(response) };
  }

  admin(): Promise<Buyer> {
    // On a busy machine the first call may take longer than the front door waits.
    this.#admin ??= eventually(() => this.logIn('admin', this.#adminPassword));
    return this.#admin;
  }

  /** A customer who comes again and again: for tests that do not mind what else this customer has done. */
  aRegular(): Promise<Buyer> {
    this.#regular ??= this.aCustomer();
    return this.#regular;
  }

  /** A customer who has just registered and logged in. */
  async aCustomer(): Promise<Buyer> {
    const username = `u${randomUUID()}`;
    const password = randomUUID();
    const { status } = await this.call('POST /api/v1/users', {
      body: { username, email: `${username}@example.com`, password },
    });
    if (status !== 201) throw new Error(`Registering answered ${status}.`);
    return this.logIn(username, password);
  }

  async logIn(username: string, password: string): Promise<Buyer> {
    const { status, body } = await this.call('POST /api/v1/auth/login', { body: { username, password } });
    if (status !== 200) throw new Error(`Logging in answered ${status}: ${body.detail}`);
    return { user_id: body.user_id, token: body.access_token };
  }

  /** A new product with pieces in stock. Resolves to its id. */
  async aProduct({ price = 20, stock = 10, ...rest }: { price?: number; stock?: number; name?: string } = {}) {
    const { token } = await this.admin();
    const product = { name: `Product ${randomUUID()}`, category: 'test', price, ...rest };
    const headers = { 'idempotency-key': randomUUID() };
    const { status, body } = await this.call('POST /api/v1/products', { token, body: product, headers });
    if (status !== 201) throw new Error(`Creating a product answered ${status}: ${body.detail}`);
    this.#products.add(body.product_id);
    await this.call(`PUT /api/v1/inventory/${body.product_id}`, { token, body: { on_hand: stock } });
    return body.product_id as string;
  }

  /** The shop itself as an instance of some service: wherever it runs, it can be reached and is well. */
  anInstance(said: Json = {}): Json {
    const { protocol, hostname, port } = new URL(this.apiUrl);
    return {
      service_name: `test-${randomUUID()}`,
      instance_id: `test-${randomUUID()}`,
      host: hostname,
      port: Number(port || (protocol === 'https:' ? 443 : 80)),
      health_check_url: `${this.apiUrl}/api/v1/registry/health`,
      ...said,
    };
  }

  async registerInstance(instance: Json): Promise<Answer> {
    return this.call('POST /api/v1/services/register', { ...(await this.admin()), body: instance });
  }

  /** An instance that the registry picks. */
  async aHealthyInstance(): Promise<Json> {
    const instance = this.anInstance();
    await this.registerInstance(instance);
    const { token } = await this.admin();
    const pick = `GET /api/v1/services/${instance.service_name}/instance`;
    await eventually(async () => (await this.call(pick, { token })).status === 200);
    return instance;
  }

  /** Places an order for one product. */
  placeOrder(
    { token }: Buyer,
    { product_id, quantity = 1, payment_method = 'card_ok', key = randomUUID() as string }: OrderOptions,
  ): Promise<Answer> {
    return this.call('POST /api/v1/orders', {
      token,
      headers: { 'idempotency-key': key },
      body: { items: [{ product_id, quantity }], payment_method },
    });
  }

  /** Places an order and waits until its saga is over. */
  async settledOrder(buyer: Buyer, options: OrderOptions): Promise<Json> {
    const { status, body } = await this.placeOrder(buyer, options);
    if (status !== 202) throw new Error(`Placing the order answered ${status}: ${body.detail}`);
    return this.settled(buyer, body.order_id);
  }

  settled({ token }: Buyer, orderId: string): Promise<Json> {
    return eventually(async () => {
      const { body } = await this.call(`GET /api/v1/orders/${orderId}`, { token });
      return body.status !== 'pending' && body;
    });
  }

  /** Asks for one after the other: to ask for a hundred at once would keep them from being worked on. */
  async allSettled(buyer: Buyer, orderIds: string[]): Promise<Json[]> {
    const orders: Json[] = [];
    for (const orderId of orderIds) orders.push(await this.settled(buyer, orderId));
    return orders;
  }

  /** A new live route, to a service that there is not unless the route names another. */
  async aRoute(route: Json = {}): Promise<Json> {
    const { token } = await this.admin();
    const unused = { path_pattern: `/unused/${randomUUID()}`, service_name: 'nobody' };
    const { status, body } = await this.call('POST /api/v1/routes', { token, body: { ...unused, ...route } });
    if (status !== 201) throw new Error(`Adding the route answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async stock(productId: string): Promise<Json> {
    const { token } = await this.admin();
    return (await this.call(`GET /api/v1/inventory/${productId}`, { token })).body;
  }

  payment({ token }: Buyer, orderId: string): Promise<Answer> {
    return this.call(`GET /api/v1/payments/order/${orderId}`, { token });
  }
}

async function bodyOf(response: Response): Promise<Json> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return text && isJson ? JSON.parse(text) : text || undefined;
}

export interface OrderOptions {
  product_id: string;
  quantity?: number;
  payment_method?: string;
  key?: string;
}
