import type * as z from 'zod/mini';
import type { Cause } from '#events/event.ts';
import { inOneLine } from './canonical-line.ts';
import { inTrace } from './tracing/traced.ts';

/** What a step of a saga is told beside its own input. */
export interface StepContext {
  cause: Cause;
  now: Date;
}

/**
 * Makes the Lambda handler of a saga step, called by the state machine alone. A refusal by a rule of the business is
 * an answer (`outcome`), not an error: errors are for what may work when tried again.
 */
export function sagaStep<
  Schema extends z.ZodMiniType<{ order_id: string; cause: Cause }>,
  Answer extends { outcome: string | undefined },
>(input: Schema, perform: (input: z.infer<Schema>, context: StepContext) => Promise<Answer>) {
  return async (event: unknown): Promise<Answer> => {
    const command = input.parse(event);
    const { order_id, cause } = command;
    const { correlation_id, traceparent } = cause;
    return inTrace({ traceparent, annotations: { order_id, correlation_id } }, (span) => {
      const context = { cause: { ...cause, traceparent: span.traceparent }, now: new Date() };
      return inOneLine(cause, () => perform(command, context), {
        done: (answer) => ({
          message: 'step done',
          outcome: answer.outcome ?? 'ok',
          failed: false,
          fields: { order_id, ...answer },
        }),
        failed: (error) => ({
          level: 'WARN',
          message: 'step failed',
          outcome: error.name,
          failed: true,
          fields: { order_id, error },
        }),
      });
    });
  };
}
