// `npm run bench [-- --json]`: how fast the shop is on this machine. It starts a shop of its own on free ports and calls
// it from this process, so both share the processor. Run it on a machine that does nothing else.
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Measured, measure } from './bench/measure.ts';
import { BenchShop } from './bench/shop.ts';

// What it logs, it logs as a service does, by name.
Object.assign(process.env, { SERVICE_NAME: 'bench', FUNCTION_NAME: 'bench' });
const { ServiceClient } = await import('#lib/runtime/service-client.ts');

/** How long a call may take that is measured: all that it takes. */
const LONGEST_MS = 30_000;

const { json } = parseArgs({ options: { json: { type: 'boolean', default: false } } }).values;
const loadBefore = loadavg()[0]?.toFixed(1);
const shop = await BenchShop.start();
try {
  const results = [
    await betweenServices(20),
    await betweenServices(1),
    await accounts(),
    await browsing(),
    await ordering(),
    await accountsWithoutOrders(),
  ];
  const machine = `Node ${process.version}, ${cpus().length} cores, load before the start ${loadBefore}`;
  console.log(json ? JSON.stringify({ machine, results }, null, 2) : `${machine}\n\n${table(results)}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  await shop.stop();
}

/** What the user service asks the order service, by the client that it asks with. */
function betweenServices(callers: number): Promise<Measured> {
  const client = new ServiceClient({ baseUrl: shop.apiUrl, timeoutMs: LONGEST_MS });
  const load = { callers, calls: 2_000, warmUp: 2_000 };
  return measure('a service asks the order service', load, async () => {
    const answer = await client.get(shop.ordersPath, { authorization: shop.authorization });
    if (answer.outcome !== 'answered' || answer.status !== 200) throw new Error(`The call came to ${answer.outcome}.`);
  });
}

/** Two services, one after the other: the second asked by a signed call. */
function accounts(): Promise<Measured> {
  return measure('an account with its orders', { callers: 1, calls: 500, warmUp: 100 }, async () => {
    const { orders } = await shop.account();
    if (orders.length === 0) throw new Error('The account came without its orders.');
  });
}

/** Comes last, for the order service is stopped. In the warm-up the circuit opens, so that it is asked no more. */
async function accountsWithoutOrders(): Promise<Measured> {
  await shop.stopOrders();
  return measure('an account while order is stopped', { callers: 1, calls: 500, warmUp: 100 }, async () => {
    const { orders_unavailable } = await shop.account();
    if (!orders_unavailable) throw new Error('The account came with orders.');
  });
}

function browsing(): Promise<Measured> {
  const load = { callers: 20, calls: 2_000, warmUp: 2_000 };
  return measure('GET /api/v1/products', load, () => shop.call('GET /api/v1/products'));
}

function ordering(): Promise<Measured> {
  return measure('an order, placed to confirmed', { callers: 1, calls: 100, warmUp: 20 }, () => shop.confirmedOrder());
}

function table(results: Measured[]): string {
  const rows = results.map(({ what, callers, calls, p50Ms, p95Ms, p99Ms, perSecond }) =>
    [what, callers, calls, ...[p50Ms, p95Ms, p99Ms].map((ms) => ms.toFixed(1)), perSecond.toFixed(0)].join(' | '),
  );
  const head = 'what | callers | calls | p50 ms | p95 ms | p99 ms | per second';
  return [head, '--- | --: | --: | --: | --: | --: | --:', ...rows].map((row) => `| ${row} |`).join('\n');
}
