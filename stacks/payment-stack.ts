import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { ownMetric } from '#lib/infra/own-metrics.ts';
import type { ServiceFunction } from '#lib/infra/service-function.ts';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** Who moves the money, and the secrets that we share with them. */
interface Provider {
  environment: Record<string, string>;
  apiKey: SharedSecret;
  signingSecret: SharedSecret;
}

interface SharedSecret {
  /** What a function asks for it by. */
  id: string;
  secret: ISecret;
}

/**
 * Charges and refunds, through the provider that the context names: the sandbox, or
 * `-c paymentProvider=stripe -c stripeKeySecret=<name> -c stripeWebhookSecret=<name>` with the names of secrets in
 * Secrets Manager, which hold Stripe's secret key and the signing secret of the webhook endpoint.
 */
export class PaymentStack extends ServiceStack {
  readonly #provider: Provider;

  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'payment', props);
    const table = this.addTable();
    this.publishParameter('table-name', table.tableName);
    this.#provider = this.#chosenProvider();

    this.addRoute('GET /api/v1/payments/order/{order_id}', 'get-payment', { table: ['GetItem'] });
    const receiveWebhook = this.addPublicRoute('POST /api/v1/payments/webhooks/{provider}', 'receive-webhook', {
      table: ['GetItem', 'PutItem'],
    });
    this.#connectProvider(receiveWebhook);
    receiveWebhook.addEnvironment('WEBHOOK_SECRET_ID', this.#provider.signingSecret.id);
    this.#provider.signingSecret.secret.grantRead(receiveWebhook);
    this.addHealthRoute();

    this.#addSagaStep('take-payment');
    this.#addSagaStep('refund-payment');
    const contradicted = 'the provider says what its ledger does not';
    this.alarmOnCount('ProviderContradictions', contradicted, 'provider-contradictions');
    this.show(() => ({ 'Payments declined': [ownMetric(this.service, 'PaymentsDeclined')] }));
  }

  #addSagaStep(name: string): void {
    const step = this.addFunction(name, { table: ['GetItem', 'PutItem'] });
    this.#connectProvider(step);
    this.rollBackOn('order', 'saga-failures', [step]);
    this.publishParameter(`${name}-arn`, step.functionArn);
  }

  #connectProvider(fn: ServiceFunction): void {
    const { environment, apiKey } = this.#provider;
    for (const [name, value] of Object.entries(environment)) fn.addEnvironment(name, value);
    fn.addEnvironment('PROVIDER_KEY_SECRET_ID', apiKey.id);
    apiKey.secret.grantRead(fn);
  }

  #chosenProvider(): Provider {
    const name = this.node.tryGetContext('paymentProvider') ?? 'sandbox';
    if (name === 'stripe') return this.#stripe();
    if (name !== 'sandbox') throw new Error(`paymentProvider is "${name}": choose sandbox or stripe.`);
    const webhookUrl = `${this.readParameter('gateway', 'api-url')}/api/v1/payments/webhooks/sandbox`;
    const secretOf = (constructId: string, parameter: string) => {
      const id = this.readParameter('sandbox', parameter);
      return { id, secret: Secret.fromSecretCompleteArn(this, constructId, id) };
    };
    return {
      environment: {
        PAYMENT_PROVIDER: 'sandbox',
        PROVIDER_URL: this.readParameter('sandbox', 'api-url'),
        WEBHOOK_URL: webhookUrl,
      },
      apiKey: secretOf('SandboxApiKey', 'api-key-arn'),
      signingSecret: secretOf('SandboxSigningSecret', 'signing-secret-arn'),
    };
  }

  #stripe(): Provider {
    const secretOf = (constructId: string, context: string) => {
      const id = this.node.tryGetContext(context);
      if (!id) throw new Error(`Say in which secret it is: -c ${context}=<name in Secrets Manager>.`);
      return { id, secret: Secret.fromSecretNameV2(this, constructId, id) };
    };
    return {
      environment: { PAYMENT_PROVIDER: 'stripe' },
      apiKey: secretOf('StripeKey', 'stripeKeySecret'),
      signingSecret: secretOf('StripeWebhookSecret', 'stripeWebhookSecret'),
    };
  }
}
