import { AwsError, UnsupportedError } from '../core/aws-error.ts';

/** Why a delivery failed, in the terms of a dead-letter message. */
export interface DeliveryFailure {
  code: 'NO_PERMISSIONS' | 'NO_RESOURCE' | 'INVALID_JSON' | 'INVALID_PARAMETER' | 'THROTTLING' | 'ERROR_FROM_TARGET';
  message: string;
  /** Whether it may go better another time. */
  retriable: boolean;
}

const DENIED = /AccessDenied|NotAuthorized|AuthorizationError|KMSAccessDenied/;
const MISSING = /NotFound|DoesNotExist|NonExistent|UnknownOperation|NoSuch/;
const THROTTLED = /Throttl|TooManyRequests|OverLimit|LimitExceeded|RequestLimit|Busy/;

/** The payload is no JSON although the target takes nothing else. */
export class InvalidJsonError extends Error {
  override readonly name = 'InvalidJsonError';
}

/** Permissions and targets that are missing do not come back by themselves; throttling and faults pass. */
export function classifyFailure(error: unknown): DeliveryFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof InvalidJsonError) return { code: 'INVALID_JSON', message, retriable: false };
  if (error instanceof UnsupportedError) return { code: 'INVALID_PARAMETER', message, retriable: false };
  if (!(error instanceof AwsError)) return { code: 'ERROR_FROM_TARGET', message, retriable: true };
  if (DENIED.test(error.code)) return { code: 'NO_PERMISSIONS', message, retriable: false };
  if (THROTTLED.test(error.code) || error.status === 429) return { code: 'THROTTLING', message, retriable: true };
  if (MISSING.test(error.code)) return { code: 'NO_RESOURCE', message, retriable: false };
  if (error.status >= 500) return { code: 'ERROR_FROM_TARGET', message, retriable: true };
  return { code: 'INVALID_PARAMETER', message, retriable: false };
}
