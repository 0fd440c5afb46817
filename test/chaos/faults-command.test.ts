import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Endpoint, startEndpoint } from '#lib/local-cloud/core/wire.ts';
import { createTestCloud } from '../local-cloud/core/test-cloud.ts';
import { FaultyCloud } from '../local-cloud/faults/faulty-cloud.ts';

let cloud: FaultyCloud;
let endpoint: Endpoint;

beforeEach(async () => {
  cloud = new FaultyCloud();
  cloud.api.register(cloud.faults.module);
  const { iam, account, context } = createTestCloud();
  endpoint = await startEndpoint({ api: cloud.api, iam, account, port: 0, log: context.log });
});

afterEach(() => endpoint.stop());

/** Runs `npm run faults`. */
async function faults(...args: string[]) {
  const child = spawn(process.execPath, ['bin/faults.ts', ...args], {
    cwd: join(__dirname, '../..'),
    env: { ...process.env, AWS_ENDPOINT_URL: endpoint.url },
  });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [status, printed, errors] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { status, printed, errors };
}

describe('npm run faults', () => {
  test('adds a fault with all that narrows it down, and ends it', async () => {
    const narrowed = ['--function', '*TakePayment*', '--operation', 'PutItem', '--times', '1', '--seed', '7'];
    narrowed.push('--about', 'order-1', '--skip', '1', '--answer', '{"status":"declined"}');

    const added = await faults('add', 'local:process-killed', ...narrowed);
    const during = cloud.faults.list();
    const ended = await faults('clear', '1');

    expect(added).toMatchObject({ status: 0, printed: expect.stringContaining('local:process-killed') });
    expect(during).toMatchObject([{ function: '*TakePayment*', operations: ['PutItem'], times: 1, seed: 7 }]);
    expect(during).toMatchObject([{ about: 'order-1', skip: 1, answer: { status: 'declined' } }]);
    expect(ended).toMatchObject({ status: 0, printed: '1 faults ended\n' });
    expect(cloud.faults.list()).toEqual([]);
  });

  test('lists what is on and what there is, also for programs', async () => {
    cloud.faults.add({ action: 'local:api-delay' });

    expect((await faults('list')).printed).toContain('aws:lambda:invocation-add-delay');
    expect(JSON.parse((await faults('list', '--json')).printed).faults).toMatchObject([{ action: 'local:api-delay' }]);
  });

  test.each([
    ['what no fault is', ['add', 'aws:ec2:stop-instances'], 'action'],
    ['what it does not know', ['inject'], 'npm run faults -- list'],
  ])('refuses %s', async (_, args, reason) => {
    expect(await faults(...args)).toMatchObject({ status: 1, errors: expect.stringContaining(reason) });
  });
});
