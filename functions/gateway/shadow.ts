import { setTimeout as wait } from 'node:timers/promises';
import type { Cause } from '#events/event.ts';
import { log } from '#lib/runtime/log.ts';
import { countMetric } from '#lib/runtime/metrics.ts';
import type { ServiceAnswer } from './answer-to-client.ts';
import { differencesOf } from './compare-answers.ts';
import { forward } from './forward.ts';
import { healthyInstances } from './instances.ts';
import type { LiveRoute, Shadow } from './live-route.ts';
import { fillIn } from './path-pattern.ts';
import type { ServiceRequest } from './request-to-service.ts';
import type { FoundRoute } from './route-finder.ts';

/** RFC 9110, 9.2.1: only what changes nothing is sent to two services. */
const SAFE = ['GET', 'HEAD'];

/** How the shadow's answer compares. `unanswered`: there was none in time, or none at all. */
export type ShadowOutcome = 'matched' | 'differed' | 'unanswered';

const METRICS = { matched: 'ShadowMatched', differed: 'ShadowDiffered', unanswered: 'ShadowUnanswered' };

interface ShadowRun {
  shadow: Shadow;
  answer: Promise<ServiceAnswer | undefined>;
}

/**
 * Sends the request to the shadow of the route too, if it has one, at the same time as to its service. What becomes of
 * it never becomes an error of the request.
 */
export function startShadow(
  { route, parameters }: FoundRoute,
  request: ServiceRequest,
  cause: Cause,
): ShadowRun | undefined {
  const { shadow } = route;
  if (!shadow || !SAFE.includes(request.method)) return undefined;
  const path = shadow.rewrite ? fillIn(shadow.rewrite, parameters) + queryOf(request.path) : request.path;
  const copy = { ...request, path, headers: { ...request.headers, 'x-bazaar-shadow': '1' } };
  const { service_name } = shadow;
  // Breakers and budgets of its own: what goes wrong here does not count for the route.
  const shadowRoute: LiveRoute = { ...route, route_id: `${route.route_id} shadow`, service_name, retry_attempts: 0 };
  const answer = healthyInstances(service_name, cause)
    .then((instances) => forward(copy, shadowRoute, instances))
    .catch(() => undefined);
  return { shadow, answer };
}

/**
 * Compares the shadow's answer with the service's, counts and logs the outcome. The client waits for that: what a
 * function does after its answer may never be done, so the wait has a bound, which the route says.
 */
export async function compareWithShadow(
  run: ShadowRun | undefined,
  answer: ServiceAnswer,
  route: LiveRoute,
): Promise<ShadowOutcome | undefined> {
  if (!run) return undefined;
  const { shadow } = run;
  const shadowAnswer = await Promise.race([run.answer, wait(shadow.wait_ms, undefined)]);
  const differences = shadowAnswer && differencesOf(answer, shadowAnswer, shadow.ignore);
  const outcome = differences ? (differences.length === 0 ? 'matched' : 'differed') : 'unanswered';
  countMetric(METRICS[outcome]);
  log.info('shadow compared', { route: route.route_id, shadow: shadow.service_name, outcome, differences });
  return outcome;
}

function queryOf(path: string): string {
  const at = path.indexOf('?');
  return at < 0 ? '' : path.slice(at);
}
