import { mustMatch } from '#lib/runtime/http/etag.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { etag, ReplaceRoute, routeToApi } from './gateway-api.ts';
import { replaceRoute, routeOf } from './live-route.ts';
import { putRoute, readRoutes } from './live-route-table.ts';

export const handler = httpHandler(ReplaceRoute, async ({ params, headers, body, now }) => {
  const routeId = params.route_id ?? '';
  for (;;) {
    const table = await readRoutes();
    mustMatch(headers['if-match'], [etag(routeOf(table.routes, routeId))]);
    const route = replaceRoute(table.routes, routeId, body, now);
    if (await putRoute(route, table)) return ok(routeToApi(route), { etag: etag(route) });
  }
});
