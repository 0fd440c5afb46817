import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { noContent } from '#lib/runtime/http/response.ts';
import { DeleteRoute } from './gateway-api.ts';
import { routeOf } from './live-route.ts';
import { readRoutes, removeRoute } from './live-route-table.ts';

export const handler = httpHandler(DeleteRoute, async ({ params }) => {
  const routeId = params.route_id ?? '';
  for (;;) {
    const table = await readRoutes();
    routeOf(table.routes, routeId);
    if (await removeRoute(routeId, table)) return noContent();
  }
});
