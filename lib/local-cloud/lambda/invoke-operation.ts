import { AwsError } from '../core/aws-error.ts';
import type { Operation } from '../core/service.ts';
import { functionArn, parseFunctionName } from './function-name.ts';
import type { LambdaState } from './state.ts';

export interface InvokeInput {
  FunctionName: string;
  Qualifier?: string;
  InvocationType?: string;
  LogType?: string;
  /** Base64 of JSON. */
  ClientContext?: string;
  Payload?: string | Uint8Array;
}

export interface InvokeOutput {
  StatusCode: number;
  FunctionError?: string;
  LogResult?: string;
  ExecutedVersion?: string;
  Payload: Buffer;
}

const REQUEST_LIMIT_BYTES = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 };
type InvocationType = keyof typeof REQUEST_LIMIT_BYTES;

const NOTHING = Buffer.alloc(0);

/** Invoke: waits for the function, queues the event, or only checks the permission. */
export function invokeOperation(state: LambdaState): Operation<InvokeInput, InvokeOutput> {
  return {
    iamAction: 'lambda:InvokeFunction',
    resources: ({ FunctionName, Qualifier }) => [
      functionArn(state.context.account, parseFunctionName(FunctionName, Qualifier)),
    ],
    accepts: {
      FunctionName: true,
      Qualifier: true,
      InvocationType: true,
      LogType: true,
      ClientContext: true,
      Payload: true,
    },
    async run(input, context) {
      const target = state.functions.resolve(input.FunctionName, input.Qualifier);
      const type = invocationType(input);
      const payload = readPayload(input.Payload, type);
      if (type === 'DryRun') return { StatusCode: 204, Payload: NOTHING };
      const invocation = { payload, trace: context.trace, clientContext: readClientContext(input) };
      if (type === 'Event') {
        state.asynchronous.enqueue(target, invocation);
        return { StatusCode: 202, Payload: NOTHING };
      }
      const result = await state.invoker.invoke(target, { ...invocation, tail: input.LogType === 'Tail' });
      return {
        StatusCode: 200,
        ...(result.functionError && { FunctionError: result.functionError }),
        ...(result.logTail !== undefined && { LogResult: result.logTail }),
        ExecutedVersion: result.executedVersion,
        Payload: Buffer.from(result.payload),
      };
    },
  };
}

function invocationType({ InvocationType = 'RequestResponse' }: InvokeInput): InvocationType {
  if (Object.hasOwn(REQUEST_LIMIT_BYTES, InvocationType)) return InvocationType as InvocationType;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${InvocationType}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`,
  );
}

/** The event as JSON text; a call without a payload has an empty object. */
function readPayload(payload: string | Uint8Array | undefined, type: InvocationType): string {
  const text = typeof payload === 'string' ? payload : Buffer.from(payload ?? NOTHING).toString();
  const limit = REQUEST_LIMIT_BYTES[type];
  if (text.length * 3 > limit && Buffer.byteLength(text) > limit) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
      413,
      { Type: 'User' },
    );
  }
  if (text === '') return '{}';
  const fault = jsonFault(text);
  if (fault) throw invalidContent(`Could not parse request body into json: ${fault}`);
  return text;
}

function readClientContext({ ClientContext }: InvokeInput): string | undefined {
  if (!ClientContext) return undefined;
  const text = Buffer.from(ClientContext, 'base64').toString();
  if (jsonFault(text)) throw invalidContent('Client context must be a valid Base64-encoded JSON object.');
  return text;
}

/** What is wrong with the text as JSON, if anything. */
function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function invalidContent(message: string): AwsError {
  return new AwsError('InvalidRequestContentException', message, 400, { Type: 'User' });
}
