import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { Cause } from '#events/event.ts';
import { documents, putRevision, queryPage, readRow, tableName } from '#lib/runtime/aws/table.ts';
import { type OutboxRow, type RecordedEvent, recorded } from '#lib/runtime/outbox.ts';
import type { Decision, Notification } from './notification.ts';

/** Notifications are forgotten after a year. Whoever replays older events than that must leave out notification's rules. */
const KEPT_SECONDS = 365 * 24 * 60 * 60;

type StoredNotification = Notification & { version: number; events: RecordedEvent[]; revision: number };

const notificationKey = (notificationId: string) => ({ pk: `NOTIFICATION#${notificationId}` });

/**
 * Applies a rule to the notification, or to nothing where there is none, and writes what it decides, with its events,
 * unless it changed in between: then the rule is asked again. Resolves to the notification, or to `null` when the rule
 * has nothing to do.
 */
export async function changeNotification(
  notificationId: string,
  rule: (notification: Notification | undefined) => Decision | null,
  { cause, now }: { cause: Cause; now: Date },
): Promise<Notification | null> {
  for (;;) {
    const before = await readNotification(notificationId);
    const decision = rule(before);
    if (!decision) return null;
    const events = [...(before?.events ?? []), ...recorded(decision.facts, cause, now)];
    const revision = (before?.revision ?? 0) + 1;
    const after = { ...decision.notification, events, version: events.length, revision };
    if (await putRevision({ ...after, ...notificationKey(notificationId), ...expiryOf(after) })) return after;
  }
}

async function readNotification(notificationId: string): Promise<StoredNotification | undefined> {
  const row = await readRow<StoredNotification & OutboxRow>(notificationKey(notificationId));
  if (!row) return undefined;
  const { pk: _, ...notification } = row;
  return notification as StoredNotification;
}

function expiryOf({ created_at }: Notification) {
  return { expires_at_seconds: Math.floor(Date.parse(created_at) / 1000) + KEPT_SECONDS };
}

export interface NotificationPosition {
  notification_id: string;
  created_at: string;
}

export interface NotificationPage {
  notifications: Extract<Notification, { status: 'sent' }>[];
  next?: NotificationPosition;
}

/** A page of what a user was sent, newest first. `after` is the last notification of the page before. */
export async function listSent(userId: string, limit: number, after?: NotificationPosition): Promise<NotificationPage> {
  const notifications: NotificationPage['notifications'] = [];
  let next = after;
  do {
    const page = await queryByUser(userId, limit - notifications.length, next);
    notifications.push(...page.notifications.filter((notification) => notification.status === 'sent'));
    next = page.next;
  } while (next && notifications.length < limit);
  return { notifications, next };
}

/** Deletes all that a user was sent, or was to be sent. */
export async function eraseNotifications(userId: string): Promise<void> {
  let next: NotificationPosition | undefined;
  do {
    const page = await queryByUser(userId, 25, next);
    await Promise.all(page.notifications.map(({ notification_id }) => forgetNotification(notification_id)));
    next = page.next;
  } while (next);
}

export async function forgetNotification(notificationId: string): Promise<void> {
  await documents.send(new DeleteCommand({ TableName: tableName(), Key: notificationKey(notificationId) }));
}

async function queryByUser(userId: string, limit: number, after: NotificationPosition | undefined) {
  const { rows: notifications, last } = await queryPage<Notification>({
    index: 'by-user',
    partition: ['user_id', userId],
    newestFirst: true,
    limit,
    after: after && { ...notificationKey(after.notification_id), created_at: after.created_at },
  });
  const next = last && { notification_id: last.notification_id, created_at: last.created_at };
  return { notifications, next };
}
