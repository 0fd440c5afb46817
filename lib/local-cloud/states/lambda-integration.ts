import type { Integration, OptimizedService, TaskCall } from './integration.ts';
import { isObject, type Json } from './json-data.ts';
import { sdkMetadata } from './sdk-shapes.ts';
import { StateError } from './state-error.ts';

const LAMBDA_ERRORS = { prefix: 'Lambda', generic: 'AWSLambdaException', label: 'AWSLambda' };

interface InvokeOutput {
  StatusCode?: number;
  FunctionError?: string;
  ExecutedVersion?: string;
  Payload?: Uint8Array | string;
}

/** `arn:aws:states:::lambda:invoke`: the result has the function's answer under `Payload`. */
export const LAMBDA: OptimizedService = {
  errors: LAMBDA_ERRORS,
  actions: {
    invoke: {
      patterns: ['request', 'token'],
      async request({ Payload, ...fields }, call) {
        const output = await invoke(fields, Payload, call);
        const { ExecutedVersion = '$LATEST', StatusCode = 200 } = output;
        const payload = readPayload(output);
        return {
          ExecutedVersion,
          ...(payload !== undefined && { Payload: payload }),
          ...sdkMetadata(),
          StatusCode,
        };
      },
    },
  },
};

/** `Resource` is a function: its input is the event, its answer the result. */
export function functionIntegration(functionArn: string): Integration {
  return {
    resourceType: 'lambda',
    resource: functionArn,
    functionArn,
    pattern: 'request',
    errors: LAMBDA_ERRORS,
    async request(args, call) {
      return readPayload(await invoke({ FunctionName: functionArn }, args, call)) ?? null;
    },
  };
}

async function invoke(
  fields: Record<string, Json>,
  payload: Json | undefined,
  { runtime, context }: TaskCall,
): Promise<InvokeOutput> {
  const bytes = payload === undefined ? undefined : Buffer.from(JSON.stringify(payload));
  const input = { ...fields, ...(bytes && { Payload: bytes }) };
  const output = await runtime.api.call<InvokeOutput>('lambda', 'Invoke', input, context);
  if (output.FunctionError) throw functionError(output);
  return output;
}

/** The error that a function threw is known by its `errorType`; its cause is the whole error payload. */
function functionError({ Payload }: InvokeOutput): StateError {
  const cause = Payload === undefined ? '' : Buffer.from(Payload).toString();
  const payload = parse(cause);
  const type = isObject(payload) ? payload.errorType : undefined;
  return new StateError(typeof type === 'string' && type ? type : 'Lambda.Unknown', cause);
}

function readPayload({ Payload }: InvokeOutput): Json | undefined {
  if (Payload === undefined) return undefined;
  const text = Buffer.from(Payload).toString();
  return text === '' ? undefined : (parse(text) ?? null);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
