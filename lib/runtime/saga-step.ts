import type * as z from 'zod/mini';
import type { Cause } from '#events/event.ts';
import { log } from './log.ts';

/** What a step of a saga is told beside its own input. */
export interface StepContext {
  cause: Cause;
  now: Date;
}

/**
 * Makes the Lambda handler of a saga step, called by the state machine alone. A refusal by a rule of the business is
 * an answer (`outcome`), not an error: errors are for what may work when tried again.
 */
export function sagaStep<Schema extends z.ZodMiniType<{ order_id: string; cause: Cause }>, Answer>(
  input: Schema,
  perform: (input: z.infer<Schema>, context: StepContext) => Promise<Answer>,
) {
  return async (event: unknown): Promise<Answer> => {
    const command = input.parse(event);
    const { order_id, cause } = command;
    try {
      const answer = await perform(command, { cause, now: new Date() });
      log.info('step done', { order_id, correlation_id: cause.correlation_id, ...answer });
      return answer;
    } catch (error) {
      log.warn('step failed', { order_id, correlation_id: cause.correlation_id, error: error as Error });
      throw error;
    }
  };
}
