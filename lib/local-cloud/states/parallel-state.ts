import type { ParallelState, StatesBlock } from './definition.ts';
import { asStateError, withRetryAndCatch } from './error-handling.ts';
import { type Data, isTooLarge, joinData, toData } from './json-data.ts';
import { type Sibling, Siblings } from './siblings.ts';
import type { Outcome, Visit } from './visit.ts';

/** Runs all branches at once with the same input; the result is the list of their outputs in the order of the branches. */
export function runParallel(visit: Visit<ParallelState>): Promise<Outcome> {
  return withRetryAndCatch(
    visit,
    () => runBranches(visit),
    () => visit.flow.record('ParallelStateFailed'),
  );
}

async function runBranches(visit: Visit<ParallelState>): Promise<Outcome> {
  const { state, flow } = visit;
  const input =
    state.Arguments === undefined ? visit.input : toData(await visit.evaluate('Arguments', state.Arguments));
  if (isTooLarge(input.json)) throw visit.dataLimitExceeded();
  flow.record('ParallelStateStarted');

  const siblings = new Siblings(flow);
  const branches = state.Branches.map((block) => ({ block, sibling: siblings.add() }));
  const outputs = await siblings.all(branches.map((branch) => runBranch(visit, { ...branch, siblings, input })));
  flow.lastEventId = Math.max(...branches.map(({ sibling }) => sibling.flow.lastEventId));

  const result = outputs.map((output) => output.value);
  const outcome = await visit.outcome(state, state.Next, { result, otherwise: joinData(outputs) });
  flow.recordAside('ParallelStateSucceeded');
  return outcome;
}

interface Branch {
  block: StatesBlock;
  sibling: Sibling;
  siblings: Siblings;
  input: Data;
}

async function runBranch(visit: Visit, { block, sibling, siblings, input }: Branch): Promise<Data> {
  try {
    const output = await visit.runtime.runStates(block, sibling.flow, input, visit.execution);
    sibling.ended = true;
    return output;
  } catch (thrown) {
    siblings.throwIfOver();
    throw siblings.fail(sibling, asStateError(thrown, visit).alsoNamed('States.BranchFailed'));
  }
}
