import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';

/** A function, and which of its versions or aliases is meant; without a qualifier it is `$LATEST`. */
export interface FunctionReference {
  name: string;
  qualifier?: string;
}

// A name, a partial ARN (`123456789012:function:name`) or an ARN, each with or without `:qualifier`.
const NAME = /^(?:arn:[\w-]+:lambda:[\w-]+:)?(?:\d{12}:)?(?:function:)?(?<name>[\w-]+)(?::(?<qualifier>[\w$-]+))?$/;

/** Reads `FunctionName` in each form that Lambda takes. */
export function parseFunctionName(text: string, qualifier?: string): FunctionReference {
  const groups = NAME.exec(text)?.groups;
  if (!groups?.name) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${NAME.source}`,
    );
  }
  if (qualifier && groups.qualifier && qualifier !== groups.qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { name: groups.name, qualifier: qualifier ?? groups.qualifier };
}

/** The ARN of the function, with the qualifier if there is one. */
export function functionArn(account: Account, { name, qualifier }: FunctionReference): string {
  return account.arn('lambda', qualifier ? `function:${name}:${qualifier}` : `function:${name}`);
}
