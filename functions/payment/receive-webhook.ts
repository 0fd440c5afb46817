import { NotFound } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { accepted } from '#lib/runtime/http/response.ts';
import { log } from '#lib/runtime/log.ts';
import { note } from '#lib/runtime/work.ts';
import { askBack } from './ask-back.ts';
import { chosenProvider } from './chosen-provider.ts';
import { hear, hearRefund, isUnwanted } from './payment.ts';
import { ReceiveWebhook } from './payment-api.ts';
import { changePayment, findPayment } from './payment-table.ts';

/**
 * What the provider tells by itself: mostly what the saga knows already, sometimes what it was never answered. It tells
 * again until this answers, so that what dies half way is done again.
 */
export const handler = httpHandler(ReceiveWebhook, async ({ params, rawBody: body, headers, cause, now }) => {
  const provider = await chosenProvider();
  if (params.provider !== provider.name) throw new NotFound('payment provider');
  const news = await provider.readNews({ body, headers, now });
  const known = news && (await findPayment(news.key));
  if (!news || !known || (known.provider ?? 'sandbox') !== provider.name) {
    log.info('news of no payment of ours', { provider: provider.name, event_id: news?.event_id, order_id: news?.key });
    return accepted({ received: true });
  }
  note({ order_id: known.order_id });
  const context = { cause: known.cause ?? cause, now };
  const payment = await changePayment(news.key, (before) => hear(before, news), context);
  if (payment && isUnwanted(payment, news)) {
    const result = await askBack(provider, payment);
    await changePayment(news.key, (before) => hearRefund(before, news, result), context);
  }
  return accepted({ received: true });
});
