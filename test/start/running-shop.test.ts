import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../setup/eventually.ts';
import type { Shop } from '../setup/shop.ts';
import { bind, END_LIMIT_MS, listeningAddresses, portOf, refusal, ShopProcess } from './shop-process.ts';

/** 127.0.0.1 in the kernel's tables; Java writes it as an IPv6 address. */
const LOOPBACK = /^(0{16}FFFF0000)?0100007F$/;

const dataDir = mkdtempSync(join(tmpdir(), 'bazaar-data-'));
const adminPassword = randomUUID();
/** A shop that is ended with Ctrl-C, and the same shop started again, which is the one that most tests look at. */
const first = startShop();
let before: Awaited<ReturnType<typeof useShop>>;
let end: Awaited<ReturnType<typeof pressCtrlC>>;
let shopProcess: ShopProcess;
let apiUrl: string;
let awsUrl: string;
let shop: Shop;

beforeAll(async () => {
  const { apiUrl: firstUrl, awsUrl: firstAwsUrl, shop: firstShop } = await first.ready();
  before = await useShop(firstShop);
  end = await pressCtrlC(first, [firstUrl, firstAwsUrl]);
  // On the same port, because tokens are only good at the address that they were issued for.
  shopProcess = startShop(portOf(firstUrl));
  ({ apiUrl, awsUrl, shop } = await shopProcess.ready());
}, 240_000);
afterAll(async () => {
  await Promise.all([first.stop(), shopProcess?.stop()]);
  rmSync(dataDir, { recursive: true });
});

function startShop(port = 0): ShopProcess {
  const env = { PORT: String(port), BAZAAR_ADMIN_PASSWORD: adminPassword };
  return new ShopProcess({ flags: ['--data', dataDir], env });
}

async function useShop(shop: Shop) {
  const customer = await shop.aCustomer();
  const { body: catalogue } = await shop.call('GET /api/v1/products?limit=100');
  const lamp = catalogue.products.find(({ name }: { name: string }) => name === 'Desk lamp').product_id;
  const order = await shop.settledOrder(customer, { product_id: lamp, quantity: 5 });
  return { customer, catalogue, lamp, order };
}

async function pressCtrlC(process: ShopProcess, urls: string[]) {
  const lines = process.lines.length;
  const startedAt = performance.now();
  process.pressCtrlC();
  const status = await process.ended;
  const ms = performance.now() - startedAt;
  const left = process.members();
  await Promise.all(urls.map((url) => bind(portOf(url))));
  return { status, ms, left, printed: process.lines.slice(lines).join('') };
}

/** Pastes text into a shell; resolves to what that prints. */
function paste(text: string): string {
  return execFileSync('bash', ['-c', text], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The commands among the lines that were printed: they are indented. */
function printedCommands(): string[] {
  const text = shopProcess.lines.filter((line) => line.startsWith('  ')).join('\n');
  return text.split(/\n(?= {2}# )/);
}

describe('what npm start prints', () => {
  test('works when it is pasted into a shell', async () => {
    const commands = printedCommands().filter((command) => !/\baws --endpoint-url\b/.test(command));

    const printed = paste([...commands, 'echo', 'echo "TOKEN $TOKEN ORDER $ORDER"'].join('\n'));

    const [, token = '', orderId = ''] = /TOKEN (\S+) ORDER (\S+)/.exec(printed) ?? [];
    expect(printed).toContain('Espresso cup');
    expect(printed).toContain(`"order_id":"${orderId}"`);
    const order = await eventually(async () => {
      const { body } = await shop.call(`GET /api/v1/orders/${orderId}`, { token });
      return body.status !== 'pending' && body;
    });
    expect(order.status).toBe('confirmed');
  });

  test('names an AWS endpoint that answers', async () => {
    const command = printedCommands().find((candidate) => /\baws --endpoint-url\b/.test(candidate)) as string;
    const [, action] = /stepfunctions (\S+)/.exec(command) ?? [];

    const answer = await fetch(awsUrl, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSStepFunctions.ListStateMachines', 'content-type': 'application/x-amz-json-1.0' },
      body: '{}',
    });

    expect(command).toContain(`--endpoint-url ${awsUrl} `);
    expect(action).toBe('list-state-machines');
    expect(await answer.json()).toMatchObject({ stateMachines: [{ name: expect.any(String) }] });
  });

  test('names a password that the administrator can log in with', async () => {
    const [, password] = /password (\S+)/.exec(shopProcess.printed) ?? [];

    expect(password).toBe(shopProcess.adminPassword);
    await shop.logIn('admin', password as string);
  });
});

describe('a running shop', () => {
  test('has its sample catalogue, with stock', async () => {
    const { token } = await shop.admin();
    const { body } = await shop.call('GET /api/v1/products?limit=100');
    const cup = body.products.find(({ name }: { name: string }) => name === 'Moka pot');
    const stock = await shop.call(`GET /api/v1/inventory/${cup.product_id}`, { token });

    expect(body.products).toHaveLength(6);
    expect(stock.body).toMatchObject({ on_hand: 40, available: 40 });
  });

  test('listens on 127.0.0.1 only', () => {
    const addresses = listeningAddresses(shopProcess.members());

    // The API of the shop and that of its payment provider, the AWS endpoint and the database.
    const loopback = expect.stringMatching(LOOPBACK);
    expect(addresses).toEqual([loopback, loopback, loopback, loopback]);
  });

  test.each(['PORT', 'AWS_PORT'])('keeps its %s from a second shop, which says so in one line', async (variable) => {
    const port = portOf(variable === 'PORT' ? apiUrl : awsUrl);

    expect(await refusal({ env: { [variable]: String(port) } })).toEqual({
      printed: `Port ${port} is in use: stop what listens there or set ${variable} to another port, 0 for any free one.`,
      status: 1,
      left: [],
    });
    expect((await shop.call('GET /api/v1/products')).status).toBe(200);
  });
});

describe('Ctrl-C', () => {
  test('ends a shop at once, with status 0', () => {
    expect(end).toEqual({ status: 0, ms: expect.any(Number), left: [], printed: '' });
    expect(end.ms).toBeLessThan(END_LIMIT_MS);
  });
});

describe('a shop started again with --data', () => {
  test('finds everything as it was, and seeds nothing twice', async () => {
    const { customer, catalogue, lamp, order } = before;
    expect(order.status).toBe('confirmed');

    // The token is from before: the key that signed it has been kept too.
    const { body } = await shop.call(`GET /api/v1/orders/${order.order_id}`, { token: customer.token });

    expect(body).toEqual(order);
    expect((await shop.call('GET /api/v1/products?limit=100')).body).toEqual(catalogue);
    expect(await shop.stock(lamp)).toMatchObject({ on_hand: 20, available: 20 });
  });
});
