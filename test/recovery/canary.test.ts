import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { productionAssembly } from '../policy/templates.ts';
import { eventually } from '../setup/eventually.ts';
import type { Buyer, Json, Shop } from '../setup/shop.ts';
import { RecoveryShop, START_LIMIT_MS } from './recovery-shop.ts';

const STEP = 'inventory/reserve-stock';
const STACK = 'Bazaar-Inventory';
const STOCK = 50;
/** A round of orders; each asks for the stock once, and again when that fails. */
const ORDERS = 6;
/** The alarms look at the minute that has ended. */
const A_MINUTE_MS = 60_000;

let assembly: string;
let shop: RecoveryShop;

beforeAll(async () => {
  assembly = mkdtempSync(join(tmpdir(), 'bazaar-canary-'));
  // A copy, because the test changes it.
  cpSync(await productionAssembly(), assembly, { recursive: true });
  shop = await RecoveryShop.start({ stage: 'prod', assemblyDir: assembly, services: ['order', 'product'] });
}, START_LIMIT_MS);

afterAll(async () => {
  await shop?.stop();
  rmSync(assembly, { recursive: true, force: true });
});

/** Does to the assembly what a synthesis with this code of the step does: new code, and so a new version. */
function changeStep(code: string): void {
  mkdirSync(join(assembly, 'asset.bad'));
  writeFileSync(join(assembly, 'asset.bad/index.mjs'), code);
  edit('assets', (text) => {
    const manifest = JSON.parse(text);
    const destinations = { here: { bucketName: 'assets', objectKey: 'bad.zip' } };
    manifest.files.bad = { source: { path: 'asset.bad', packaging: 'zip' }, destinations };
    return JSON.stringify(manifest);
  });
  edit('template', (text) => {
    const template = JSON.parse(text.replaceAll(/(ReserveStockCurrentVersion)\w+/g, '$1Bad'));
    const functions: Json[] = Object.values(template.Resources);
    const step = functions.find(({ Properties }) => Properties?.Description === 'inventory: reserve-stock');
    step.Properties.Code.S3Key = 'bad.zip';
    return JSON.stringify(template);
  });
}

function edit(kind: 'assets' | 'template', change: (text: string) => string): void {
  const file = join(assembly, `${STACK}.${kind}.json`);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

/** Where the calls of the step go: the version, and the share of another. */
async function routing(): Promise<Json> {
  const input = { FunctionName: shop.functionName(STEP), Name: 'live' };
  const { FunctionVersion, RoutingConfig } = await shop.call('lambda', 'GetAlias', input);
  return { version: FunctionVersion, canary: RoutingConfig?.AdditionalVersionWeights };
}

async function deployment(): Promise<Json> {
  const { deployments } = await shop.call('codedeploy', 'ListDeployments', {});
  const { deploymentInfo } = await shop.call('codedeploy', 'GetDeployment', { deploymentId: deployments[0] });
  return deploymentInfo;
}

async function place({ door, buyer }: { door: Shop; buyer: Buyer }, product_id: string): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: ORDERS }, () => door.placeOrder(buyer, { product_id })));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
  return answers.map(({ body }) => body.order_id);
}

/**
 * Asks for the pieces of an order that has them until the new version is met. The saga may have met it before, and on a
 * slow machine a minute may have ended since: then it has been found out already.
 */
async function meetNewVersion(order_id: string): Promise<void> {
  const { cause, items } = await shop.row('order', `ORDER#${order_id}`);
  const Payload = JSON.stringify({ order_id, items, cause: cause ?? { correlation_id: 'canary' } });
  await eventually(async () => {
    const input = { FunctionName: `${shop.functionName(STEP)}:live`, Payload };
    const { ExecutedVersion } = await shop.call('lambda', 'Invoke', input);
    return ExecutedVersion === '2' || (await deployment()).status === 'Stopped';
  });
}

describe('a bad version of a saga step, deployed as in production', () => {
  test('gets a tenth of the calls, is found out and taken back, and no order is lost', async () => {
    const visit = await shop.visit();
    const product_id = await shop.aProduct({ stock: STOCK });
    changeStep("export const handler = async () => { throw new Error('a bad version'); };");

    expect((await shop.cloud.reload()).needRestart).toEqual([]);
    expect(await routing()).toEqual({ version: '1', canary: { 2: 0.1 } });
    const orders = await place(visit, product_id);
    await visit.door.allSettled(visit.buyer, orders);
    await meetNewVersion(orders[0] as string);
    shop.cloud.clock.advance(A_MINUTE_MS);

    await eventually(async () => (await deployment()).status === 'Stopped');
    expect(await deployment()).toMatchObject({ errorInformation: { code: 'ALARM_ACTIVE' } });
    expect(await routing()).toEqual({ version: '1' });
    await eventually(async () => {
      const { Stacks } = await shop.call('cloudformation', 'DescribeStacks', { StackName: 'Bazaar-prod-Inventory' });
      return Stacks[0].StackStatus === 'UPDATE_ROLLBACK_COMPLETE';
    });
    orders.push(...(await place(visit, product_id)));
    const ends = await visit.door.allSettled(visit.buyer, orders);

    // Three attempts in a row on the bad version, one order in a thousand, are undone as if nobody had answered.
    const confirmed = ends.filter(({ status }) => status === 'confirmed').length;
    const cancelled = ends.filter(({ reason }) => reason === 'inventory_unavailable').length;
    expect(confirmed + cancelled).toBe(orders.length);
    expect(ends.slice(ORDERS).map(({ status }) => status)).toEqual(Array(ORDERS).fill('confirmed'));
    await eventually(async () => {
      const on_hand = STOCK - confirmed;
      expect(await visit.door.stock(product_id)).toMatchObject({ on_hand, reserved: 0, available: on_hand });
      return true;
    });
  });
});
