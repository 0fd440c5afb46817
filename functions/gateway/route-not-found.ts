import { AppError } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { defineRoute } from '#lib/runtime/http/route.ts';

const NoRoute = defineRoute({
  operation: 'routeNotFound',
  route: '$default',
  summary: 'Whatever no route of a service matches.',
  auth: 'public',
  answers: {},
  problems: { 404: ['ROUTE_NOT_FOUND'] },
});

export const handler = httpHandler(NoRoute, async () => {
  throw new AppError('ROUTE_NOT_FOUND', 404, 'There is no such route: check the path and the method.');
});
