import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import { StateError } from './state-error.ts';

/** How the errors of a service are called in a Task state. */
export interface ErrorNaming {
  /** `Lambda` of `Lambda.TooManyRequestsException`. */
  prefix: string;
  /** What errors are called that the service's model does not list: `AWSLambdaException`. */
  generic: string;
  /** The service in the text of the cause: `AWSLambda`. */
  label: string;
  /** The SDK integrations (`aws-sdk:`) write the cause more briefly. */
  sdk?: boolean;
}

/** Codes that AWS services answer without listing them in their models. */
const UNMODELLED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'MissingParameter',
  'InvalidParameterValue',
  'UnknownOperationException',
  'ValidationError',
  'ValidationException',
]);

const DENIED = new Set(['AccessDenied', 'AccessDeniedException']);

/**
 * The error of a Task whose call failed. A refusal of IAM has the name that AWS gives it (`Lambda.AWSLambdaException`)
 * and is found by `States.Permissions` too.
 */
export function toTaskError(thrown: unknown, naming: ErrorNaming): StateError {
  if (thrown instanceof StateError) return thrown;
  if (!(thrown instanceof AwsError)) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return new StateError(`${naming.prefix}.SdkClientException`, `Unable to execute HTTP request: ${reason}`);
  }
  const aliases = DENIED.has(thrown.code) ? ['States.Permissions'] : [];
  return new StateError(`${naming.prefix}.${exceptionName(thrown, naming)}`, causeOf(thrown, naming), { aliases });
}

function exceptionName({ code }: AwsError, { generic }: ErrorNaming): string {
  if (UNMODELLED.has(code)) return generic;
  return code.endsWith('Exception') ? code : `${code}Exception`;
}

function causeOf({ message, status, code }: AwsError, { label, sdk }: ErrorNaming): string {
  const httpStatus = DENIED.has(code) && !sdk ? 403 : status;
  const requestId = randomUUID();
  if (sdk) return `${message} (Service: ${label}, Status Code: ${httpStatus}, Request ID: ${requestId})`;
  return `${message} (Service: ${label}; Status Code: ${httpStatus}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`;
}
