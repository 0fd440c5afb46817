import { subscriber } from '#lib/runtime/events/subscriber.ts';
import { asTheyHappen, PRODUCT_CHANGES } from './changes.ts';

/** Keeps the names of products. Orders hold ids, so a new name is in all of them at once. */
export const handler = subscriber(...asTheyHappen(PRODUCT_CHANGES));
