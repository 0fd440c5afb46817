import { UserRegistered, UserUpdated } from '#events/user-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { welcome } from './message.ts';
import { notify } from './notify.ts';
import { keepRecipient } from './recipient-table.ts';

/** Keeps addresses at hand, and welcomes who is new. */
export const handler = subscriber(
  on(UserRegistered, async ({ data, metadata, cause }) => {
    await keepRecipient(data, metadata.aggregate_version);
    await notify(welcome(data), { metadata, cause });
  }),
  on(UserUpdated, ({ data, metadata }) => keepRecipient(data, metadata.aggregate_version)),
);
