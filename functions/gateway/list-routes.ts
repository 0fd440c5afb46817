import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { ListRoutes, routeToApi } from './gateway-api.ts';
import { readRoutes } from './live-route-table.ts';

export const handler = httpHandler(ListRoutes, async () => {
  const { routes } = await readRoutes();
  const sorted = routes.toSorted((a, b) => (a.path_pattern < b.path_pattern ? -1 : 1));
  return ok({ routes: sorted.map(routeToApi) }, { 'cache-control': 'no-store' });
});
