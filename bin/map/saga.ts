import type { Edge } from './edges.ts';
import { nameOfFunction, type Resources } from './templates.ts';

/** The functions that state machines run, of whichever service they are. */
export function sagaEdges(resources: Resources): Edge[] {
  return resources.ofType('AWS::StepFunctions::StateMachine').flatMap(({ stack, service, properties }) => {
    const steps = resources.functionsIn(stack, [properties.DefinitionString, properties.Definition]);
    return steps.map((fn) => ({ from: service, to: fn.service, kind: 'saga' as const, what: [nameOfFunction(fn)] }));
  });
}
