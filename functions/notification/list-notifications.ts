import * as z from 'zod/mini';
import { fromCursor, toCursor } from '#lib/runtime/http/cursor.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { ListNotifications, notificationToApi } from './notification-api.ts';
import { listSent } from './notification-table.ts';

const Position = z.strictObject({ notification_id: z.string(), created_at: z.string() });

export const handler = httpHandler(ListNotifications, async ({ caller, query }) => {
  const list = `notifications of ${caller.user_id}`;
  const position = await fromCursor(list, Position, query.cursor);
  const { notifications, next } = await listSent(caller.user_id, query.limit, position);
  return ok({ notifications: notifications.map(notificationToApi), next_cursor: await toCursor(list, next) });
});
