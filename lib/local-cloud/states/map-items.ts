import type { MapState } from './definition.ts';
import type { Json } from './json-data.ts';
import type { Visit } from './visit.ts';

/** What a Map goes through: `Items`, or else the input of the state. */
export async function selectItems(visit: Visit<MapState>): Promise<Json[]> {
  const { Items } = visit.state;
  if (Items !== undefined) return (await visit.evaluateAs('Items', Items, 'array')) as Json[];
  if (Array.isArray(visit.input.value)) return visit.input.value;
  throw visit.evaluationFailed('Items', `Map state input must be an array but was: ${visit.input.json}`);
}

/** How many iterations may fail: the smaller of the count and the percentage; undefined when neither is given. */
export async function toleratedFailures(visit: Visit<MapState>, items: number): Promise<number | undefined> {
  const { ToleratedFailureCount, ToleratedFailurePercentage } = visit.state;
  const count = await visit.number('ToleratedFailureCount', ToleratedFailureCount, 0);
  const percentage = await visit.number('ToleratedFailurePercentage', ToleratedFailurePercentage, 0);
  if (percentage !== undefined && percentage > 100) {
    throw visit.runtimeError('ToleratedFailurePercentage must be between 0 and 100.');
  }
  const limits = [count, percentage === undefined ? undefined : Math.floor((items * percentage) / 100)];
  const given = limits.filter((limit) => limit !== undefined);
  return given.length > 0 ? Math.min(...given) : undefined;
}
