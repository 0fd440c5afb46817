import * as z from 'zod/mini';

// Schemas that answers of several services have in common. They describe; nothing is checked against them at run time.

export const Timestamp = z.iso.datetime();
export const NextCursor = z.nullable(z.string());

/** Money in API v1: `{ price: 99.99, currency: 'USD' }`, a decimal beside its currency. */
export const Decimal = z.number();
export const CurrencyCode = z.string();
