import { identify, rawHttpHandler } from '#lib/runtime/http/http-handler.ts';
import { answerToClient } from './answer-to-client.ts';
import { forward } from './forward.ts';
import { RouteNotFound } from './gateway-problems.ts';
import { healthyInstances } from './instances.ts';
import { withinLimit } from './limit.ts';
import { liveRoutes } from './live-routes.ts';
import { requestToService } from './request-to-service.ts';

/** Runs for whatever no route of API Gateway matches. */
export const handler = rawHttpHandler(async (event, cause) => {
  const now = new Date();
  // First of all: the route says whether a token is needed, and what the limit is.
  const find = await liveRoutes(now);
  const found = find(event.requestContext.http.method, event.rawPath);
  if (!found) throw new RouteNotFound();

  const caller = await identify(event, found.route.token_required ? 'user' : 'public');
  const limitHeaders = await withinLimit(found.route, event, { caller, cause, now });
  const request = requestToService(event, found, { caller, cause });
  const instances = await healthyInstances(found.route.service_name, cause, now);
  const answer = answerToClient(await forward(request, found.route, instances));
  return { ...answer, headers: { ...answer.headers, ...limitHeaders } };
});
