import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { created } from '#lib/runtime/http/response.ts';
import { newId } from '#lib/runtime/ids.ts';
import { CreateRoute, etag, routeToApi } from './gateway-api.ts';
import { addRoute } from './live-route.ts';
import { putRoute, readRoutes } from './live-route-table.ts';

export const handler = httpHandler(CreateRoute, async ({ body, now }) => {
  for (;;) {
    const table = await readRoutes();
    const route = addRoute(table.routes, newId(), body, now);
    if (await putRoute(route, table)) return created(routeToApi(route), { etag: etag(route) });
  }
});
