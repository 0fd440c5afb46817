import { secretValue, secretValues } from '#lib/runtime/aws/secrets.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import { countMetric } from '#lib/runtime/metrics.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { SandboxProvider } from './sandbox-provider.ts';

/** Secrets are fetched when they are needed first: who takes charges needs none for webhooks. */
const secrets = {
  apiKey: () => secretValue(requiredEnv('PROVIDER_KEY_SECRET_ID')),
  signingSecrets: () => secretValues(requiredEnv('WEBHOOK_SECRET_ID')),
};

const PROVIDERS: Record<string, () => Promise<PaymentProvider>> = {
  sandbox: async () =>
    new SandboxProvider({
      ...secrets,
      baseUrl: requiredEnv('PROVIDER_URL'),
      webhookUrl: requiredEnv('WEBHOOK_URL'),
      contradicted: () => countMetric('ProviderContradictions'),
    }),
  // Its package is a file of its own in the bundle, read only where Stripe is chosen.
  stripe: async () => new (await import('./stripe-provider.ts')).StripeProvider(secrets),
};

let provider: Promise<PaymentProvider> | undefined;

/** The provider that the stack has chosen, one per execution environment. */
export function chosenProvider(): Promise<PaymentProvider> {
  const name = requiredEnv('PAYMENT_PROVIDER');
  const make = PROVIDERS[name];
  if (!make) throw new Error(`There is no payment provider ${name}: check the context paymentProvider.`);
  provider ??= make();
  return provider;
}
