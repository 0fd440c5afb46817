import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { appEnvironment } from '../../bin/build/app-environment.ts';
import type { Json } from '../setup/shop.ts';

const root = join(import.meta.dirname, '../..');
const outDir = mkdtempSync(join(tmpdir(), 'bazaar-payment-'));

afterAll(() => rmSync(outDir, { recursive: true }));

/** The template of payment with this context, from the bundles that there are. */
async function templateWith(context: Record<string, string>): Promise<Json> {
  const env = appEnvironment(root, outDir, context);
  await promisify(execFile)(process.execPath, ['bin/on-node-24.mjs', 'bin/bazaar.ts'], { cwd: root, env });
  return JSON.parse(readFileSync(join(outDir, 'Bazaar-Payment.template.json'), 'utf8'));
}

describe('the choice of the payment provider', () => {
  test('is by context: Stripe, with its secrets by their names and nothing of the sandbox', async () => {
    const names = { stripeKeySecret: 'shop/stripe-key', stripeWebhookSecret: 'shop/stripe-webhook' };
    const { Resources } = await templateWith({ paymentProvider: 'stripe', ...names });

    const functions = Object.values(Resources as Json).filter(({ Type }: Json) => Type === 'AWS::Lambda::Function');
    const variables = Object.fromEntries(
      functions.map(({ Properties }: Json) => [Properties.Description, Properties.Environment.Variables]),
    );
    const stripe = { PAYMENT_PROVIDER: 'stripe', PROVIDER_KEY_SECRET_ID: 'shop/stripe-key' };
    expect(variables).toMatchObject({
      'payment: take-payment': stripe,
      'payment: refund-payment': stripe,
      'payment: receive-webhook': { ...stripe, WEBHOOK_SECRET_ID: 'shop/stripe-webhook' },
    });
    expect(variables['payment: take-payment']).not.toHaveProperty('WEBHOOK_SECRET_ID');
    expect(JSON.stringify(Resources)).not.toMatch(/sandbox/i);
  });

  test.each([
    [{ paymentProvider: 'paper' }, /choose sandbox or stripe/],
    [{ paymentProvider: 'stripe' }, /-c stripeKeySecret=/],
  ])('%j is refused, in words', async (context: Record<string, string>, words) => {
    await expect(templateWith(context)).rejects.toMatchObject({ stderr: expect.stringMatching(words) });
  });

  test.each(['take-payment', 'refund-payment', 'receive-webhook'])(
    'costs %s nothing: the package of Stripe is a file of its own, read when it is wanted',
    (name) => {
      const files = globSync(`dist/payment/${name}/*.mjs`, { cwd: root });
      const withStripe = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('api.stripe.com'));

      expect(withStripe).toEqual([expect.stringMatching(/stripe-provider-\w+\.mjs$/)]);
      const index = readFileSync(join(root, `dist/payment/${name}/index.mjs`), 'utf8');
      expect(index).toMatch(/import\("\.\/stripe-provider-\w+\.mjs"\)/);
      expect(index).not.toMatch(/from"\.\/stripe-provider/);
    },
  );
});
