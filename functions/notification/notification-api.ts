import * as z from 'zod/mini';
import { defineRoute } from '#lib/runtime/http/route.ts';
import { NextCursor, Timestamp } from '#lib/runtime/http/schemas.ts';
import type { NotificationPage } from './notification-table.ts';

const ListNotificationsQuery = z.strictObject({
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 20),
  cursor: z.optional(z.string()),
});

const NotificationAnswer = z.strictObject({
  notification_id: z.string(),
  type: z.string(),
  channel: z.string(),
  subject: z.string(),
  sent_at: Timestamp,
});

const PreferencesBody = z.strictObject({
  email: z.strictObject({
    /** Confirmed, cancelled, shipped, delivered. Messages about the account and about refunds are always sent. */
    order_updates: z.boolean(),
  }),
});

export const ListNotifications = defineRoute({
  operation: 'listNotifications',
  route: 'GET /api/v1/notifications',
  summary: 'List what you were sent, newest first.',
  auth: 'user',
  query: ListNotificationsQuery,
  answers: { 200: z.strictObject({ notifications: z.array(NotificationAnswer), next_cursor: NextCursor }) },
});

export const GetPreferences = defineRoute({
  operation: 'getNotificationPreferences',
  route: 'GET /api/v1/notifications/preferences',
  summary: 'Read what you want to be told.',
  auth: 'user',
  answers: { 200: PreferencesBody },
});

export const SetPreferences = defineRoute({
  operation: 'setNotificationPreferences',
  route: 'PUT /api/v1/notifications/preferences',
  summary: 'Say what you want to be told, from now on. Messages about your account and about refunds are always sent.',
  auth: 'user',
  body: PreferencesBody,
  answers: { 200: PreferencesBody },
  problems: { 404: ['NOT_FOUND'] },
});

export function notificationToApi({
  notification_id,
  type,
  channel,
  subject,
  sent_at,
}: NotificationPage['notifications'][number]) {
  return { notification_id, type, channel, subject, sent_at };
}
