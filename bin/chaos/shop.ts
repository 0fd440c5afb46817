import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { LOCAL_PARAMETERS } from '#bin/start/local-parameters.ts';
import { type Cloud, startCloud } from '#lib/local-cloud/cloud.ts';
import { OPERATOR } from '#lib/local-cloud/core/service.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of many routes and actions
export type Json = any;

export interface Answer {
  status: number;
  body: Json;
}

export interface Customer {
  user_id: string;
  token: string;
  erased: boolean;
}

interface Request {
  token?: string;
  body?: object;
  key?: string;
}

export interface ChaosShopOptions {
  assemblyDir: string;
  /** Only these and those that they depend on; all by default. */
  stacks?: string[];
  /** For few orders: the database starts sooner and computes slower. */
  short?: boolean;
  signal?: AbortSignal;
}

/** With those that they depend on, all that have a part in orders: it is only them that `checks.ts` looks at. */
export const ORDER_STACKS = ['Order', 'Product', 'Cart', 'Notification', 'View'].map((name) => `Bazaar-dev-${name}`);
/** A client asks so often before it gives up, ever less often: up to some five seconds in all. */
const ATTEMPTS = 7;
const FIRST_PAUSE_MS = 40;

/** A shop in a cloud of its own, in this process: its time and its faults are ours. */
export class ChaosShop {
  readonly cloud: Cloud;
  readonly #apiUrl: string;
  readonly #adminPassword = randomUUID();

  private constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.#apiUrl = cloud.outputs('Bazaar-dev-Gateway').ApiUrl ?? '';
  }

  static async start({ assemblyDir, stacks, short = false, signal }: ChaosShopOptions): Promise<ChaosShop> {
    const { JAVA_HOME: javaHome, DYNAMODB_LOCAL_PORT } = process.env;
    const databasePort = Number(DYNAMODB_LOCAL_PORT) || undefined;
    const here = { assemblyDir, parameters: LOCAL_PARAMETERS, apiPort: 0, awsPort: 0, databasePort, javaHome, signal };
    const cloud = await startCloud({ ...here, stacks, ...(short && { fastStart: true, maxEnvironments: 1 }) });
    const shop = new ChaosShop(cloud);
    const admin = { username: 'admin', email: 'admin@example.com', password: shop.#adminPassword };
    const input = { FunctionName: cloud.outputs('Bazaar-dev-User').MakeAdminFunction, Payload: JSON.stringify(admin) };
    const { FunctionError } = await shop.call('lambda', 'Invoke', input);
    if (FunctionError) throw new Error('The administrator could not be made.');
    return shop;
  }

  stop(): Promise<void> {
    return this.cloud.stop();
  }

  /** Any action of any service, as the operator. */
  call(service: string, action: string, input: object): Promise<Json> {
    return this.cloud.api.call<Json>(service, action, input, { caller: OPERATOR });
  }

  /** Calls the shop by its front door as a patient client does: what failed on the other side is asked again. */
  async ask(route: string, { token, body, key }: Request = {}): Promise<Answer> {
    const [method = '', path = ''] = route.split(' ');
    const headers = {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(key && { 'idempotency-key': key }),
    };
    for (let attempt = 1; ; attempt++) {
      const answer = await send(`${this.#apiUrl}${path}`, { method, headers, body: body && JSON.stringify(body) });
      if ((answer.status < 500 && answer.status !== 429) || attempt === ATTEMPTS) return answer;
      await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }

  async mustAsk(route: string, request: Request): Promise<Json> {
    const { status, body } = await this.ask(route, request);
    if (status >= 300) throw new Error(`${route} answered ${status}: ${body?.detail}`);
    return body;
  }

  /** A token for an hour of the cloud's time. */
  async admin(): Promise<string> {
    return (await this.#logIn('admin', this.#adminPassword)).access_token;
  }

  async newCustomer(): Promise<Customer> {
    const username = `u${randomUUID()}`;
    const password = randomUUID();
    await this.mustAsk('POST /api/v1/users', { body: { username, email: `${username}@example.com`, password } });
    const { user_id, access_token } = await this.#logIn(username, password);
    return { user_id, token: access_token, erased: false };
  }

  #logIn(username: string, password: string): Promise<Json> {
    return this.mustAsk('POST /api/v1/auth/login', { body: { username, password } });
  }

  /** Every row of a table, by the service and the construct path of the table. */
  async rows<Row>(service: string, path: string): Promise<Row[]> {
    const TableName = this.cloud.physicalId(`Bazaar-dev-${service}`, path);
    const rows: Row[] = [];
    let ExclusiveStartKey: object | undefined;
    do {
      const page = await this.call('dynamodb', 'Scan', { TableName, ConsistentRead: true, ExclusiveStartKey });
      rows.push(...page.Items.map((item: Json) => unmarshall(item)));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return rows;
  }
}

/** A connection that breaks is as good as a 503. */
async function send(url: string, request: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, request);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: isJson && text ? JSON.parse(text) : undefined };
  } catch {
    return { status: 503, body: undefined };
  }
}
