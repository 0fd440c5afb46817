import { subscriber } from '#lib/runtime/events/subscriber.ts';
import {
  asTheyAreReplayed,
  MESSAGE_CHANGES,
  ORDER_CHANGES,
  PAYMENT_CHANGES,
  PRODUCT_CHANGES,
  USER_CHANGES,
} from './changes.ts';

/** Runs for the events of the archive, while `npm run rebuild-view` makes the view anew from them. */
export const handler = subscriber(
  ...asTheyAreReplayed([...ORDER_CHANGES, ...PAYMENT_CHANGES, ...MESSAGE_CHANGES, ...PRODUCT_CHANGES, ...USER_CHANGES]),
);
