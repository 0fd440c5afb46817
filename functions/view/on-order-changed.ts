import { subscriber } from '#lib/runtime/events/subscriber.ts';
import { asTheyHappen, ORDER_CHANGES } from './changes.ts';

/** Keeps what becomes of orders. */
export const handler = subscriber(...asTheyHappen(ORDER_CHANGES));
