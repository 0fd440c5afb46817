import type { FailState } from './definition.ts';
import { StateError } from './state-error.ts';
import type { Visit } from './visit.ts';

export async function runFail(visit: Visit<FailState>): Promise<never> {
  const { Error: error, Cause: cause } = visit.state;
  throw new StateError(await text(visit, 'Error', error), await text(visit, 'Cause', cause));
}

async function text(visit: Visit, field: string, template: string | undefined): Promise<string | undefined> {
  if (template === undefined) return undefined;
  return (await visit.evaluateAs(field, template, 'string')) as string;
}
