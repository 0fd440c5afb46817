import type { Cause } from '#events/event.ts';
import { inOneLine } from './canonical-line.ts';
import { inTrace } from './tracing/traced.ts';

/** Makes the Lambda handler of what an operator of the stage calls by its name, with IAM's permission. */
export function operatorCall<Answer>(perform: (event: unknown, cause: Cause) => Promise<Answer>) {
  return (event: unknown, { awsRequestId }: { awsRequestId: string }): Promise<Answer> => {
    return inTrace({ annotations: { correlation_id: awsRequestId } }, ({ traceparent }) => {
      const cause = { correlation_id: awsRequestId, causation_id: awsRequestId, traceparent };
      return inOneLine(cause, () => perform(event, cause), {
        done: (_, { outcome = 'ok' }) => ({ message: 'call answered', outcome: String(outcome) }),
        failed: (error) => ({ message: 'call failed', outcome: error.name, fields: { error } }),
      });
    });
  };
}
