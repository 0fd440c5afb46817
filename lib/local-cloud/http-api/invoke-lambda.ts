import { AwsError } from '../core/aws-error.ts';
import type { Caller, CloudContext } from '../core/service.ts';
import { type Exchange, internalError, serviceUnavailable } from './exchange.ts';
import { fill } from './selection-expression.ts';

export interface LambdaCall {
  exchange: Exchange;
  /** The function's ARN, alone or within an API Gateway invocation path. */
  uri: string;
  /** The ARN that the function's permission names: that of the route, or of the authorizer. */
  sourceArn: string;
  /** A role to call under instead of the function's permission. */
  credentialsArn?: string;
  timeoutMs: number;
  event: Record<string, unknown>;
}

export interface LambdaResult {
  payload: string;
  /** Set when the handler threw, timed out or died. */
  functionError?: string;
}

const TIMED_OUT = Symbol('timed out');

/**
 * Calls a function and waits for its answer no longer than the integration allows; the function itself runs on, as
 * on AWS. Rejects with what API Gateway tells the client: 503 for a timeout and for a throttled function, else 500.
 */
export async function invokeLambda(context: CloudContext, call: LambdaCall): Promise<LambdaResult> {
  let stopWaiting = () => {};
  const timeout = new Promise<typeof TIMED_OUT>((resolve) => {
    stopWaiting = context.clock.schedule(call.timeoutMs, () => resolve(TIMED_OUT));
  });
  try {
    const result = await Promise.race([request(context, call), timeout]);
    if (result !== TIMED_OUT) return result;
  } catch (error) {
    throw refusal(context, call, error);
  } finally {
    stopWaiting();
  }
  throw refusal(context, call, new AwsError('Timeout', `no answer within ${call.timeoutMs} ms`, 504));
}

/** `arn:aws:apigateway:...:lambda:path/2015-03-31/functions/<arn>/invocations` names the function in its middle. */
export function functionArn(uri: string): string {
  return /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}

async function request(context: CloudContext, call: LambdaCall): Promise<LambdaResult> {
  const caller: Caller = call.credentialsArn
    ? { kind: 'role', roleArn: call.credentialsArn }
    : { kind: 'service', principal: 'apigateway.amazonaws.com', sourceArn: call.sourceArn };
  const input = {
    FunctionName: fill(functionArn(call.uri), call.exchange),
    InvocationType: 'RequestResponse',
    Payload: Buffer.from(JSON.stringify(call.event)),
  };
  const trace = call.exchange.trace;
  const output = await context.api.call<Record<string, unknown>>('lambda', 'Invoke', input, { caller, trace });
  const functionError = output.FunctionError as string | undefined;
  return { payload: textOf(output.Payload), ...(functionError && { functionError }) };
}

function textOf(payload: unknown): string {
  if (payload === undefined || payload === null) return '';
  return typeof payload === 'string' ? payload : Buffer.from(payload as Uint8Array).toString();
}

function refusal(context: CloudContext, { exchange, uri }: LambdaCall, error: unknown): Error {
  const { code, message } = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
  exchange.integration.error = message;
  const what = `${exchange.request.method} ${exchange.request.rawPath}`;
  context.log.warn(`HTTP API ${exchange.api.name}: ${what}: ${functionArn(uri)}: ${code}: ${message}`);
  const unavailable = code === 'Timeout' || code === 'TooManyRequestsException' || code === 'ServiceException';
  return unavailable ? serviceUnavailable() : internalError();
}
