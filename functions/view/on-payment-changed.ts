import { subscriber } from '#lib/runtime/events/subscriber.ts';
import { asTheyHappen, PAYMENT_CHANGES } from './changes.ts';

/** Keeps with each order whether it is paid. Its payment may be heard of before the order is. */
export const handler = subscriber(...asTheyHappen(PAYMENT_CHANGES));
