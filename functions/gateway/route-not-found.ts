import { AppError } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';

/** Answers whatever no route of a service matches (`$default`). */
export const handler = httpHandler({ auth: 'public' }, async () => {
  throw new AppError('ROUTE_NOT_FOUND', 404, 'There is no such route: check the path and the method.');
});
