import { UserDeleted } from '#events/user-events.ts';
import { on, subscriber } from '#lib/runtime/events/subscriber.ts';
import { eraseNotifications } from './notification-table.ts';
import { eraseRecipient } from './recipient-table.ts';

/** Erases address, preferences and messages; the address first, so that nothing more is sent. */
export const handler = subscriber(
  on(UserDeleted, async ({ data, metadata }) => {
    await eraseRecipient(data.user_id, metadata.aggregate_version, new Date());
    await eraseNotifications(data.user_id);
  }),
);
