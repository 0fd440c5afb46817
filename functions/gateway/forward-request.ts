import { rawHttpHandler } from '#lib/runtime/http/http-handler.ts';
import { note } from '#lib/runtime/work.ts';
import { answerToClient } from './answer-to-client.ts';
import { callerOf } from './caller.ts';
import { forward } from './forward.ts';
import { RouteNotFound } from './gateway-problems.ts';
import { healthyInstances } from './instances.ts';
import { withinLimit } from './limit.ts';
import { liveRoutes } from './live-routes.ts';
import { requestToService } from './request-to-service.ts';
import { compareWithShadow, startShadow } from './shadow.ts';

/** Runs for whatever no route of API Gateway matches. */
export const handler = rawHttpHandler(async (event, cause) => {
  const now = new Date();
  // First of all: the route says whether a token is needed, and what the limit is.
  const find = await liveRoutes(now);
  const found = find(event.requestContext.http.method, event.rawPath);
  if (!found) throw new RouteNotFound();
  const { route } = found;
  note({ live_route: route.route_id });

  const caller = await callerOf(event, route);
  const limitHeaders = await withinLimit(route, event, { caller, now });
  const instances = await healthyInstances(route.service_name, cause);
  const request = requestToService(event, found, { caller, cause });
  const shadow = startShadow(found, request, cause);
  const answer = await forward(request, route, instances);
  const outcome = await compareWithShadow(shadow, answer, route);

  const response = answerToClient(answer);
  Object.assign(response.headers, limitHeaders, caller.role === 'admin' && outcome && { 'x-bazaar-shadow': outcome });
  return response;
});
