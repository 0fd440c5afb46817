import Stripe from 'stripe';
import { ProviderTimeout, ProviderUnavailable } from './payment-provider.ts';

// docs.stripe.com/error-handling: which error means what.

const { errors } = Stripe;

/** Codes of Node for connections that never were: nothing has been sent. */
const NOT_REACHED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

type Refusal = InstanceType<typeof errors.StripeCardError> | InstanceType<typeof errors.StripeInvalidRequestError>;

/** The card cannot be charged: the bank says so (402), or there is no such payment method. */
export function isRefusal(error: unknown): error is Refusal {
  if (error instanceof errors.StripeCardError) return true;
  return error instanceof errors.StripeInvalidRequestError && error.param === 'payment_method';
}

export function isNotCancelable(error: unknown): boolean {
  return error instanceof errors.StripeInvalidRequestError && error.code === 'payment_intent_unexpected_state';
}

export function isAlreadyRefunded(error: unknown): boolean {
  return error instanceof errors.StripeInvalidRequestError && error.code === 'charge_already_refunded';
}

/** In the words of our port, for a call after which money may have moved. What is no failure of Stripe stays as it is. */
export function chargeFailure(error: unknown): unknown {
  if (error instanceof errors.StripeConnectionError) {
    const { code = '' } = (error.detail ?? {}) as NodeJS.ErrnoException;
    if (NOT_REACHED.includes(code)) return new ProviderUnavailable('Stripe was not reached.', { cause: error });
    return new ProviderTimeout('Stripe did not answer.', { cause: error });
  }
  return isPassing(error) ? new ProviderUnavailable('Stripe cannot do it at the moment.', { cause: error }) : error;
}

/** As {@link chargeFailure}, for a call that moves no money: whatever became of it, it may be repeated. */
export function preparationFailure(error: unknown): unknown {
  const failure = chargeFailure(error);
  return failure instanceof ProviderTimeout
    ? new ProviderUnavailable('Stripe did not answer.', { cause: error })
    : failure;
}

/** 429, 5xx, and 409: another request under the same key is still under way. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof errors.StripeError)) return false;
  const { statusCode = 0 } = error;
  return statusCode === 409 || statusCode === 429 || statusCode >= 500;
}
