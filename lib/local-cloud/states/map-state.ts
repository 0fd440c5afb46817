import type { MapState } from './definition.ts';
import { asStateError, withRetryAndCatch } from './error-handling.ts';
import type { MapItem } from './flow.ts';
import { type Data, isTooLarge, type Json, joinData, toData } from './json-data.ts';
import { selectItems, toleratedFailures } from './map-items.ts';
import { type Sibling, Siblings } from './siblings.ts';
import { StateError } from './state-error.ts';
import type { Outcome, Visit } from './visit.ts';

/** An inline Map runs no more iterations than this at once, whatever `MaxConcurrency` says. */
const MAX_INLINE_CONCURRENCY = 40;

/** Runs the processor once for each item; the result is the list of the outputs in the order of the items. */
export function runMap(visit: Visit<MapState>): Promise<Outcome> {
  return withRetryAndCatch(
    visit,
    () => runIterations(visit),
    () => visit.flow.record('MapStateFailed'),
  );
}

/** The iterations of one attempt. */
interface Iterations {
  items: Json[];
  next: number;
  siblings: Siblings;
  outputs: (Data | undefined)[];
  failures: number;
  /** How many iterations may fail; undefined when the first failure fails the state with its own error. */
  tolerated: number | undefined;
  startedEventId: number;
}

async function runIterations(visit: Visit<MapState>): Promise<Outcome> {
  const { state, flow } = visit;
  const items = await selectItems(visit);
  const concurrency = (await visit.number('MaxConcurrency', state.MaxConcurrency, 0)) || MAX_INLINE_CONCURRENCY;
  const tolerated = await toleratedFailures(visit, items.length);
  const startedEventId = flow.record('MapStateStarted', { length: items.length });

  const siblings = new Siblings(flow);
  const run: Iterations = { items, next: 0, siblings, outputs: [], failures: 0, tolerated, startedEventId };
  const lanes = Math.min(concurrency, MAX_INLINE_CONCURRENCY, items.length);
  await siblings.all(Array.from({ length: lanes }, () => runLane(visit, run)));

  // The outputs of failed iterations that were tolerated are left out.
  const outputs = run.outputs.filter((output) => output !== undefined);
  const result = outputs.map((output) => output.value);
  const outcome = await visit.outcome(state, state.Next, { result, otherwise: joinData(outputs) });
  flow.recordAside('MapStateSucceeded');
  return outcome;
}

/** Takes one item after the other until none is left. */
async function runLane(visit: Visit<MapState>, run: Iterations): Promise<void> {
  let previousEventId = run.startedEventId;
  while (run.next < run.items.length) {
    previousEventId = await runIteration(visit, run, previousEventId);
  }
}

/** Answers the event that the next iteration of the lane follows. */
async function runIteration(visit: Visit<MapState>, run: Iterations, previousEventId: number): Promise<number> {
  const index = run.next++;
  const mapItem = { Index: index, Value: run.items[index] as Json };
  const iteration = { name: visit.name, index };
  const sibling = run.siblings.add(mapItem, iteration);
  sibling.flow.record('MapIterationStarted', iteration, previousEventId);
  try {
    const input = await selectInput(visit, sibling, mapItem);
    run.outputs[index] = await visit.runtime.runStates(visit.state.ItemProcessor, sibling.flow, input, visit.execution);
    sibling.ended = true;
    visit.flow.record('MapIterationSucceeded', iteration, sibling.flow.lastEventId);
  } catch (thrown) {
    run.siblings.throwIfOver();
    iterationFailed(visit, { run, sibling, error: asStateError(thrown, visit) });
  }
  return sibling.flow.lastEventId;
}

async function selectInput(visit: Visit<MapState>, { flow }: Sibling, mapItem: MapItem): Promise<Data> {
  const { ItemSelector } = visit.state;
  if (ItemSelector === undefined) return toData(mapItem.Value);
  try {
    const input = toData(await visit.evaluate('ItemSelector', ItemSelector, { mapItem }));
    if (isTooLarge(input.json)) throw visit.dataLimitExceeded();
    return input;
  } catch (error) {
    flow.throwIfAborted();
    // The evaluation belongs to the Map state, its failure to the iteration.
    flow.lastEventId = visit.flow.lastEventId;
    throw error;
  }
}

/** Goes on when the failure is tolerated, else ends the other iterations and throws. */
function iterationFailed(
  { flow }: Visit<MapState>,
  { run, sibling, error }: { run: Iterations; sibling: Sibling; error: StateError },
): void {
  run.failures++;
  sibling.ended = true;
  if (run.tolerated === undefined) throw run.siblings.fail(sibling, error);
  if (run.failures > run.tolerated) {
    const cause = 'The specified tolerated failure threshold was exceeded';
    throw run.siblings.fail(sibling, new StateError('States.ExceedToleratedFailureThreshold', cause));
  }
  flow.record('MapIterationFailed', sibling.iteration, sibling.flow.lastEventId);
}
