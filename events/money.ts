import * as z from 'zod/mini';

/** An amount of money in minor units (cents), never a fraction: 9999 USD is $99.99. */
export const Money = z
  .strictObject({
    amount: z.int().check(z.gte(0)),
    currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  })
  .register(z.globalRegistry, { title: 'Money' });
export type Money = z.infer<typeof Money>;
