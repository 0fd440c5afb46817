import * as z from 'zod/mini';

/**
 * What can be made to go wrong. Names that begin with `aws:` are those of the AWS Fault Injection Service, and mean the
 * same here; what it does not have begins with `local:`.
 */
export const FAULT_ACTIONS = {
  'aws:fis:inject-api-internal-error': 'The call fails with 500 and has no effect.',
  'aws:fis:inject-api-throttle-error': 'The call is throttled.',
  'aws:fis:inject-api-unavailable-error': 'The call fails with 503 and has no effect.',
  'aws:lambda:invocation-error':
    'The invocation fails: before the function runs with preventExecution, else after it has done its work.',
  'aws:lambda:invocation-add-delay': 'The function starts later, by delayMilliseconds.',
  'local:invocation-false-answer':
    'The function does its work and says something else: `answer` stands in what it says.',
  'local:api-error-after-effect': 'The call has its effect, but its caller is told 500.',
  'local:api-no-answer': 'The call is lost: it has no effect and is never answered.',
  'local:api-no-answer-after-effect': 'The call has its effect and is never answered.',
  'local:api-delay': 'The call is late, by delayMilliseconds.',
  'local:process-killed': 'The function that makes the call is killed before it has an effect.',
  'local:process-killed-after-effect': 'The function that makes the call is killed once it is done, or was refused.',
  'local:transaction-conflict': 'A write to DynamoDB is cancelled, because another transaction was at its items.',
  'local:put-events-partial-failure': 'The bus refuses some of the entries of PutEvents.',
  'local:event-duplicate': 'The bus takes the entries of PutEvents twice.',
  'local:message-duplicate': 'A message is put into its queue twice.',
  'local:message-delay': 'A message comes into its queue later, by delayMilliseconds.',
  'local:message-reorder': 'A message comes into its queue after the next one, or a second later.',
  'local:message-dropped': 'Messages are lost on the way to their consumer, and come again when their time is over.',
  'local:message-poison': 'A message that nobody can read comes into the queue before the real one.',
} as const;

export type FaultAction = keyof typeof FAULT_ACTIONS;

const percentage = z.number().check(z.gte(0), z.lte(100));
const pattern = z.string().check(z.minLength(1), z.maxLength(200));

/** A fault as it is asked for. What is left out does not narrow it down. */
export const FaultRequest = z.strictObject({
  action: z.enum(Object.keys(FAULT_ACTIONS) as [FaultAction, ...FaultAction[]]),
  /** As in IAM actions: `dynamodb`, `sqs`, `events`. */
  service: z.optional(pattern),
  /** API actions, such as `UpdateItem`. */
  operations: z.optional(z.array(pattern).check(z.minLength(1))),
  /** Name of the function that makes the call or is invoked; `*` stands for anything. */
  function: z.optional(pattern),
  /** Name or URL of the queue; `*` stands for anything. */
  queue: z.optional(pattern),
  /** Type of an event (`detail-type`) that the call is about. */
  event: z.optional(pattern),
  /** What the invocation is about, such as the id of an order: any text of the event that the function is handling. */
  about: z.optional(pattern),
  /** So many calls that fit are left alone first. */
  skip: z._default(z.int().check(z.gte(0)), 0),
  /** Of the calls that fit, drawn by the seed. */
  percentage: z._default(percentage, 100),
  /** So many calls meet it at most. */
  times: z.optional(z.int().check(z.gte(1))),
  preventExecution: z._default(z.boolean(), false),
  /** Fields that a function's answer has in the place of its own: in the body of an HTTP answer that says all is well. */
  answer: z.optional(z.record(z.string(), z.unknown())),
  delayMilliseconds: z._default(z.int().check(z.gte(0), z.lte(900_000)), 1_000),
  seed: z._default(z.int(), 1),
});

export type FaultRequest = z.infer<typeof FaultRequest>;

/** A fault that is on, and how often it has been met. */
export interface Fault extends FaultRequest {
  id: string;
  met: number;
}
