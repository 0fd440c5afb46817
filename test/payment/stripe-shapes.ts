// What Stripe's API answers, as its reference shows it (docs.stripe.com/api/payment_intents/object, /refunds/object,
// /errors, /events/object), with the fields that say something here.

export type Answer = [status: number, body: object];

export const INTENT = 'pi_3MtwBwLkdIwHu7ix28a3tqPa';

export function intent(status: string, more: object = {}) {
  return {
    id: INTENT,
    object: 'payment_intent',
    amount: 2500,
    amount_capturable: 0,
    amount_received: status === 'succeeded' ? 2500 : 0,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic',
    client_secret: `${INTENT}_secret_YrKJUKribcBjcG8HVhfZluoGH`,
    confirmation_method: 'automatic',
    created: 1680800504,
    currency: 'usd',
    last_payment_error: null,
    latest_charge: status === 'succeeded' ? 'ch_3MtwBwLkdIwHu7ix0yDbXcVn' : null,
    livemode: false,
    metadata: { order_id: 'o1' },
    next_action: null,
    payment_method: 'pm_card_visa',
    payment_method_types: ['card'],
    status,
    ...more,
  };
}

export function refund(status: string) {
  return {
    id: 're_1Nispe2eZvKYlo2Cd31jOCgZ',
    object: 'refund',
    amount: 2500,
    charge: 'ch_3MtwBwLkdIwHu7ix0yDbXcVn',
    created: 1692942318,
    currency: 'usd',
    metadata: {},
    payment_intent: INTENT,
    reason: null,
    status,
  };
}

export function searchResult(data: object[]) {
  return { object: 'search_result', url: '/v1/payment_intents/search', has_more: false, data };
}

export function event(type: string, object: object) {
  return {
    id: 'evt_1NG8Du2eZvKYlo2CUI79vXWy',
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1686089970,
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  };
}

export function charge(more: object) {
  const common = { object: 'charge', amount: 2500, payment_intent: INTENT, metadata: { order_id: 'o1' } };
  return { id: 'ch_3MtwBwLkdIwHu7ix0yDbXcVn', ...common, ...more };
}

function failure(status: number, error: object): Answer {
  return [status, { error: { message: 'What Stripe says about it.', ...error } }];
}

export const DECLINED = failure(402, {
  type: 'card_error',
  code: 'card_declined',
  decline_code: 'insufficient_funds',
  payment_intent: intent('requires_payment_method'),
});
export const NO_SUCH_METHOD = failure(400, {
  type: 'invalid_request_error',
  code: 'resource_missing',
  param: 'payment_method',
});
export const UNEXPECTED_STATE = failure(400, {
  type: 'invalid_request_error',
  code: 'payment_intent_unexpected_state',
});
export const ALREADY_REFUNDED = failure(400, { type: 'invalid_request_error', code: 'charge_already_refunded' });
export const RATE_LIMIT = failure(429, { type: 'invalid_request_error', code: 'rate_limit' });
export const KEY_IN_USE = failure(409, { type: 'idempotency_error', code: 'idempotency_key_in_use' });
export const API_ERROR = failure(500, { type: 'api_error' });
export const WRONG_KEY = failure(401, { type: 'invalid_request_error' });
