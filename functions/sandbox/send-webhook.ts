import { secretValues } from '#lib/runtime/aws/secrets.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import { queueConsumer } from '#lib/runtime/events/queue-consumer.ts';
import { send } from '#lib/runtime/http/http-client.ts';
import { addressPolicy } from '#lib/runtime/outbound/address-policy.ts';
import { signatureOf } from '#lib/runtime/webhook-signature.ts';
import { Webhook } from './webhook.ts';

/** How long a receiver may take, ms. */
const ANSWER_WITHIN_MS = 5_000;

/** Sends a piece of news until it is taken, signed anew each time: an old signature would be refused. */
export const handler = queueConsumer(Webhook, {
  originOf: ({ body }) => ({ correlation_id: body.charge.key }),
  async consume({ url, body: news }) {
    const body = JSON.stringify(news);
    const secrets = await secretValues(requiredEnv('SIGNING_SECRET_ID'));
    const headers = {
      'content-type': 'application/json',
      'sandbox-signature': signatureOf(body, secrets, new Date()),
    };
    const policy = addressPolicy();
    const { status } = await send({ method: 'POST', url, headers, body, timeoutMs: ANSWER_WITHIN_MS, policy });
    if (status >= 300) throw new Error(`The receiver answered ${status}.`);
  },
});
