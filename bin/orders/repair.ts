import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { whereToCall } from '../where-to-call.ts';
import { idOf } from './stage.ts';

export interface RepairOrder {
  order_id: string;
  action: 'retry' | 'undo';
  by: string;
  why: string;
  dry_run: boolean;
}

/** What `functions/order/repair-order.ts` answers. */
export interface Repaired {
  order_id: string;
  status: string;
  outcome: 'started' | 'under_way' | 'ended';
  direction?: 'forward' | 'undo';
}

/** Asks the order service to repair it: no row is written from here. */
export async function repairOrder(stage: string, request: RepairOrder): Promise<Repaired> {
  const FunctionName = await idOf(stage, 'order', 'repair-order-function');
  const { FunctionError, Payload } = await new LambdaClient(whereToCall()).send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }),
  );
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
  if (FunctionError) throw new Error(`The order could not be repaired: ${answer.errorMessage}`);
  return answer as Repaired;
}

export function repairedText({ order_id, status, outcome, direction }: Repaired, dryRun: boolean): string {
  const goal = direction === 'forward' ? 'to bring it forward' : 'to undo what was done for it and cancel it';
  switch (outcome) {
    case 'started':
      return dryRun
        ? `The saga would be started once more, ${goal}. Nothing is changed (--dry-run).`
        : `The saga is started once more, ${goal}: npm run orders -- show ${order_id} tells what comes of it.`;
    case 'under_way':
      return 'That was asked for less than 5 minutes ago, and the saga may be at work: nothing more is done.';
    case 'ended':
      return `The order is ${status}, so it is left alone.`;
  }
}
