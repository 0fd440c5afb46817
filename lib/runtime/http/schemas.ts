import * as z from 'zod/mini';

// Schemas that several services have in common. Those of answers describe; nothing is checked against them at run time.

export const Timestamp = z.iso.datetime();
export const NextCursor = z.nullable(z.string());

/** Money in API v1: `{ price: 99.99, currency: 'USD' }`, a decimal beside its currency. */
export const Decimal = z.number();
export const CurrencyCode = z.string();

/** How a request wants to pay: a name that the payment provider knows. */
export const PaymentMethod = z.union(
  [
    z.string().check(z.regex(/^[a-z][a-z0-9_]{0,49}$/)),
    // The ids of Stripe's have capital letters.
    z.string().check(z.regex(/^pm_[A-Za-z0-9]{1,100}$/)),
  ],
  'For example card_ok',
);
