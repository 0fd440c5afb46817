import { setImmediate } from 'node:timers/promises';
import { runChoice } from './choice-state.ts';
import type { State, StatesBlock } from './definition.ts';
import type { Execution } from './execution.ts';
import { runFail } from './fail-state.ts';
import type { Flow } from './flow.ts';
import { outputDetails } from './history.ts';
import type { Data, Json } from './json-data.ts';
import { runMap } from './map-state.ts';
import { runParallel } from './parallel-state.ts';
import { runPass } from './pass-state.ts';
import type { Runtime } from './runtime.ts';
import { runSucceed } from './succeed-state.ts';
import { runTask } from './task-state.ts';
import { type Outcome, Visit } from './visit.ts';
import { runWait } from './wait-state.ts';

/** A loop of states that never wait lets everything else in the process have its turn after this many of them. */
const STATES_PER_TURN = 100;

/** Completes a runtime with what runs states from `StartAt` to an end and answers the output of the last. */
export function createInterpreter(rest: Omit<Runtime, 'runStates'>): Runtime {
  const runtime: Runtime = { ...rest, runStates };

  async function runStates(block: StatesBlock, flow: Flow, input: Data, execution: Execution): Promise<Data> {
    let name = block.StartAt;
    let data = input;
    for (let count = 1; ; count++) {
      if (count % STATES_PER_TURN === 0) await setImmediate();
      flow.throwIfAborted();
      const state = block.States[name] as State;
      const outcome = await runState(new Visit({ name, state, input: data, flow, execution, runtime }));
      data = outcome.output;
      if (outcome.next === undefined) return data;
      name = outcome.next;
    }
  }

  return runtime;
}

async function runState(visit: Visit): Promise<Outcome> {
  const outcome = await runByType(visit);
  const { output, assigned } = outcome;
  visit.flow.record(`${visit.state.Type}StateExited`, {
    name: visit.name,
    ...outputDetails(output.json),
    ...(assigned && assignedDetails(assigned)),
  });
  if (assigned) visit.flow.scope.assign(assigned);
  return outcome;
}

function runByType(visit: Visit): Promise<Outcome> {
  switch (visit.state.Type) {
    case 'Task':
      return runTask(visit as Visit<typeof visit.state>);
    case 'Choice':
      return runChoice(visit as Visit<typeof visit.state>);
    case 'Parallel':
      return runParallel(visit as Visit<typeof visit.state>);
    case 'Map':
      return runMap(visit as Visit<typeof visit.state>);
    case 'Wait':
      return runWait(visit as Visit<typeof visit.state>);
    case 'Pass':
      return runPass(visit as Visit<typeof visit.state>);
    case 'Succeed':
      return runSucceed(visit as Visit<typeof visit.state>);
    case 'Fail':
      return runFail(visit as Visit<typeof visit.state>);
  }
}

function assignedDetails(assigned: Record<string, Json>) {
  const texts = Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]);
  return { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: { truncated: false } };
}
