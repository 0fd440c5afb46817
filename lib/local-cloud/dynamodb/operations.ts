import type { AnyOperation, CallContext, Caller } from '../core/service.ts';
import { accessesOf, isTransaction } from './access.ts';
import type { Arns } from './arns.ts';
import type { Dispatch } from './dispatcher.ts';
import { outputOf } from './replies.ts';
import type { Input } from './shapes.ts';

interface OperationParts {
  arns: Arns;
  dispatch: Dispatch;
  authorize(action: string, input: Input, caller: Caller): void;
}

/** The actions for callers inside the cloud, who come with parsed inputs. */
export function createOperations(actions: string[], parts: OperationParts): Record<string, AnyOperation> {
  return Object.fromEntries(actions.map((action) => [action, createOperation(action, parts)]));
}

function createOperation(action: string, { arns, dispatch, authorize }: OperationParts): AnyOperation {
  // A transaction needs a different permission for each kind of item, so it asks for them itself.
  const asksItself = isTransaction(action);
  return {
    iamAction: `dynamodb:${action}`,
    resources: (input: Input) => (asksItself ? [] : accessesOf(action, input, arns).map(({ resource }) => resource)),
    async run(input: Input, { caller }: CallContext) {
      if (asksItself) authorize(action, input, caller);
      return outputOf(await dispatch({ action, input }));
    },
  };
}
