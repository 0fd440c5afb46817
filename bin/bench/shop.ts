import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { stopService } from '../service/switch.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of many routes
type Json = any;

/** Pause between two looks at an order, ms: what the time to its confirmation is exact to. */
const LOOK_EVERY_MS = 10;
const STOCK = 1_000_000;

interface Addresses {
  apiUrl: string;
  awsUrl: string;
}

/** The embedded cloud asks for no credentials; a client has to send some. */
const OPERATOR = { accessKeyId: 'operator', secretAccessKey: 'any' };
const ORDER = { stage: 'dev', service: 'order' };

/** A shop that was started to be measured, with somebody who orders there. */
export class BenchShop {
  readonly apiUrl: string;
  readonly #lambda: LambdaClient;
  readonly #child: ChildProcess;
  #product = '';
  #customer = { user_id: '', access_token: '' };

  private constructor({ apiUrl, awsUrl }: Addresses, child: ChildProcess) {
    this.apiUrl = apiUrl;
    this.#lambda = new LambdaClient({ endpoint: awsUrl, region: 'us-east-1', credentials: OPERATOR });
    this.#child = child;
  }

  static async start(): Promise<BenchShop> {
    const password = randomBytes(12).toString('base64url');
    const child = spawn(process.execPath, ['bin/start.ts', '--no-watch'], {
      env: { ...process.env, PORT: '0', AWS_PORT: '0', BAZAAR_ADMIN_PASSWORD: password },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const shop = new BenchShop(await addressesOf(child), child);
    await shop.#prepare(password);
    return shop;
  }

  async #prepare(password: string): Promise<void> {
    const admin = await this.#logIn('admin', password);
    const product = { name: 'Bench', category: 'bench', price: 20 };
    this.#product = (await this.call('POST /api/v1/products', product, admin.access_token)).product_id;
    await this.call(`PUT /api/v1/inventory/${this.#product}`, { on_hand: STOCK }, admin.access_token);
    const username = `u${randomUUID()}`;
    await this.call('POST /api/v1/users', { username, email: `${username}@example.com`, password });
    this.#customer = await this.#logIn(username, password);
    await this.confirmedOrder();
  }

  #logIn(username: string, password: string): Promise<Json> {
    return this.call('POST /api/v1/auth/login', { username, password });
  }

  get ordersPath(): string {
    return `/api/v1/orders/user/${this.#customer.user_id}?limit=10`;
  }

  get authorization(): string {
    return `Bearer ${this.#customer.access_token}`;
  }

  /** @param route such as `GET /api/v1/products`. Rejects unless it is answered with success. */
  async call(route: string, body?: object, token = this.#customer.access_token): Promise<Json> {
    const [method, path] = route.split(' ');
    const response = await fetch(`${this.apiUrl}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${route} answered ${response.status}: ${text}`);
    return text && JSON.parse(text);
  }

  async placeOrder(): Promise<string> {
    const items = [{ product_id: this.#product, quantity: 1 }];
    return (await this.call('POST /api/v1/orders', { items, payment_method: 'card_ok' })).order_id;
  }

  async confirmedOrder(): Promise<void> {
    const orderId = await this.placeOrder();
    for (;;) {
      const { status } = await this.call(`GET /api/v1/orders/${orderId}`);
      if (status === 'confirmed') return;
      if (status !== 'pending') throw new Error(`Order ${orderId} is ${status}.`);
      await wait(LOOK_EVERY_MS);
    }
  }

  /** The customer's account with the orders, or with what is said in their place. */
  account(): Promise<Json> {
    return this.call(`GET /api/v1/users/${this.#customer.user_id}?include=orders`);
  }

  /** For good: nothing can be ordered after this. */
  async stopOrders(): Promise<void> {
    await stopService(this.#lambda, ORDER);
  }

  async stop(): Promise<void> {
    this.#lambda.destroy();
    const ended = new Promise((resolve) => this.#child.on('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }
}

function addressesOf(child: ChildProcess): Promise<Addresses> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const [, apiUrl, awsUrl] = /^ready (\S+) \(AWS endpoint (\S+)\)/.exec(line) ?? [];
      if (apiUrl && awsUrl) resolve({ apiUrl, awsUrl });
    });
    child.on('exit', (code) => reject(new Error(`The shop did not start (status ${code}).`)));
  });
}
