import { RemovalPolicy } from 'aws-cdk-lib';
import { HttpApi, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { ConsumedQueue } from '#lib/infra/consumed-queue.ts';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/**
 * A payment provider to try things out with, as if another company ran it: an HTTP API of its own, keys for it, and
 * signed webhooks to whatever URL a charge names. It knows nothing of the shop, and is not on its event bus.
 */
export class SandboxStack extends ServiceStack {
  readonly #api: HttpApi;

  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'sandbox', props);
    this.#api = new HttpApi(this, 'HttpApi', { description: 'The API of the payment provider that the sandbox plays' });
    this.publishParameter('api-url', this.#api.apiEndpoint);

    const relay = this.addFunction('relay-webhooks');
    const table = this.addTableOf(relay);
    this.publishParameter('table-name', table.tableName);
    const apiKey = this.#addSecret('ApiKey', 'What callers of the sandbox show');
    const callers = [
      this.addPublicRoute('POST /v1/charges', 'create-charge', { table: ['PutItem', 'UpdateItem'] }),
      this.addPublicRoute('GET /v1/charges/{key}', 'get-charge', { table: ['GetItem'] }),
      this.addPublicRoute('POST /v1/refunds', 'create-refund', { table: ['PutItem'] }),
    ];
    for (const fn of callers) {
      fn.addEnvironment('API_KEY_SECRET_ID', apiKey.secretArn);
      apiKey.grantRead(fn);
    }

    const signingSecret = this.#addSecret('SigningSecret', 'Signs the webhooks of the sandbox');
    const sendWebhook = this.addFunction('send-webhook', {
      environment: { SIGNING_SECRET_ID: signingSecret.secretArn },
    });
    signingSecret.grantRead(sendWebhook);
    this.limitRequestsOf(sendWebhook);
    const { queue, deadLetters } = new ConsumedQueue(this, 'Webhooks', { fn: sendWebhook });
    relay.addEnvironment('WEBHOOK_QUEUE_URL', queue.queueUrl);
    queue.grantSendMessages(relay);
    this.alarmOnMessages('WebhookDeadLetters', deadLetters, 'webhooks were not taken, however often they were sent');
  }

  /** Made at deployment and known to nobody; who may read it is told its ARN. */
  #addSecret(id: 'ApiKey' | 'SigningSecret', description: string): Secret {
    const secret = new Secret(this, id, {
      description,
      generateSecretString: { passwordLength: 43, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.publishParameter(id === 'ApiKey' ? 'api-key-arn' : 'signing-secret-arn', secret.secretArn);
    return secret;
  }

  protected override get api(): IHttpApi {
    return this.#api;
  }
}
