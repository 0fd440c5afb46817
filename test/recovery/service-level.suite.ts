import { describe, expect, test } from '@jest/globals';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { eventually } from '../setup/eventually.ts';
import type { Json } from '../setup/shop.ts';
import { callsOf } from './faults.ts';
import { shop } from './shop-under-test.ts';

const MINUTE_MS = 60_000;
/** Fewer say nothing about a share (lib/infra/service-level.ts). */
const FAILURES = 3;

const burnAlarm = 'ServiceLevel/FastBurnAlarm';

/** The state of an alarm of the cart service. */
async function stateOf(path: string): Promise<string> {
  const input = { AlarmNames: [shop.id('cart', path)], AlarmTypes: ['CompositeAlarm', 'MetricAlarm'] };
  const { CompositeAlarms = [], MetricAlarms = [] } = await shop.call('cloudwatch', 'DescribeAlarms', input);
  return [...CompositeAlarms, ...MetricAlarms][0].StateValue;
}

describe('the error budget of a service', () => {
  test('calls people when it is spent too fast, and no longer when that is over', async () => {
    const { buyer } = await shop.visit();
    // Not by the door of the other tests: it takes no 500 for an answer.
    const url = `${shop.cloud.outputs('Bazaar-dev-Gateway').ApiUrl}/api/v1/carts/${buyer.user_id}`;
    const readCart = () => fetch(url, { headers: { authorization: `Bearer ${buyer.token}` } });
    expect((await readCart()).status).toBe(200);
    const called: Json[] = shop.faults.watch(callsOf('sns', 'Publish', ({ Subject }) => Subject.includes('FastBurn')));

    shop.faults.intercept(
      (call) => call.action === 'GetItem' && shop.isBy('cart/get-cart', call),
      () => Promise.reject(new AwsError('ResourceNotFoundException', 'There is no table.', 400)),
    );
    for (let failure = 0; failure < FAILURES; failure++) expect((await readCart()).status).toBe(500);
    await eventually(async () => (await shop.log('cart/get-cart', '{ $.Fault = 1 }')).length >= FAILURES);
    await shop.cloud.services.logs.settle();
    shop.cloud.clock.advance(MINUTE_MS);

    expect(await stateOf(burnAlarm)).toBe('ALARM');
    const [{ input }] = (await eventually(async () => called.length > 0 && called)) as Json[];
    expect(JSON.parse(input.Message).AlarmDescription).toMatch(
      /^cart: 1\.44 % of requests fail, .* docs\/runbook\.md#error-budget$/,
    );

    shop.faults.end();
    expect((await readCart()).status).toBe(200);
    shop.cloud.clock.advance(20 * MINUTE_MS);

    // The hour has not been forgotten, but nothing has failed of late.
    expect(await stateOf('ServiceLevel/FastLongAlarm')).toBe('ALARM');
    expect(await stateOf(burnAlarm)).toBe('OK');
  });
});
