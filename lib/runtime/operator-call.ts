import type { Cause } from '#events/event.ts';
import { inOneLine } from './canonical-line.ts';
import { currentTraceparent } from './trace.ts';

/** Makes the Lambda handler of what an operator of the stage calls by its name, with IAM's permission. */
export function operatorCall<Answer>(perform: (event: unknown, cause: Cause) => Promise<Answer>) {
  return (event: unknown, { awsRequestId }: { awsRequestId: string }): Promise<Answer> => {
    const cause = { correlation_id: awsRequestId, causation_id: awsRequestId, traceparent: currentTraceparent() };
    return inOneLine(cause, () => perform(event, cause), {
      done: (_, { outcome = 'ok' }) => ({ message: 'call answered', outcome: String(outcome) }),
      failed: (error) => ({ message: 'call failed', outcome: error.name, fields: { error } }),
    });
  };
}
