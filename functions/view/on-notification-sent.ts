import { subscriber } from '#lib/runtime/events/subscriber.ts';
import { asTheyHappen, MESSAGE_CHANGES } from './changes.ts';

/** Keeps with each order the last message that its customer was sent about it. */
export const handler = subscriber(...asTheyHappen(MESSAGE_CHANGES));
