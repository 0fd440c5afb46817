import { AwsError } from '../core/aws-error.ts';

/** What is wrong with an event pattern, in the words of EventBridge. */
export function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
