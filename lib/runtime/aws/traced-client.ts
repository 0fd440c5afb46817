import { currentSpan } from '../tracing/current.ts';
import type { Span } from '../tracing/span.ts';

interface Call {
  input: Record<string, unknown>;
  request: { headers: Record<string, string> };
}

interface CallContext {
  /** `DynamoDBClient` */
  clientName?: string;
  /** `GetItemCommand` */
  commandName?: string;
}

interface Metadata {
  httpStatusCode?: number;
  requestId?: string;
  attempts?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: each client has inputs and outputs of its own
type Middleware = (next: any, context: any) => any;

interface AwsClient {
  middlewareStack: { add(middleware: Middleware, options: { step: 'build'; priority: 'high'; name: string }): void };
}

/** Records each call of the client in the current span, and tells the called service which trace it belongs to. */
export function traced<Client extends AwsClient>(client: Client): Client {
  client.middlewareStack.add(traceCall, { step: 'build', priority: 'high', name: 'traceCall' });
  return client;
}

/** Around all tries of a call. */
const traceCall: Middleware =
  (next: (call: Call) => Promise<{ output: { $metadata: Metadata } }>, context: CallContext) => async (call: Call) => {
    const span = currentSpan()?.begin({
      name: context.clientName?.replace(/Client$/, '') ?? 'AWS',
      namespace: 'aws',
      aws: callOf(call.input, context),
    });
    if (!span) return next(call);
    // Not signed, and the SDK leaves one alone that is there.
    call.request.headers['X-Amzn-Trace-Id'] = span.traceHeader;
    try {
      const result = await next(call);
      record(span, result.output.$metadata);
      return result;
    } catch (error) {
      const { $metadata = {}, $fault } = error as { $metadata?: Metadata; $fault?: 'client' | 'server' };
      record(span, $metadata);
      span.fail(error, $fault === 'client' ? 'error' : 'fault');
      throw error;
    } finally {
      span.end();
    }
  };

function callOf({ TableName, QueueUrl }: Record<string, unknown>, { commandName = '' }: CallContext) {
  return {
    operation: commandName.replace(/Command$/, ''),
    ...(typeof TableName === 'string' && { table_name: TableName }),
    ...(typeof QueueUrl === 'string' && { queue_url: QueueUrl }),
  };
}

function record({ document }: Span, { httpStatusCode, requestId, attempts = 1 }: Metadata): void {
  if (httpStatusCode) document.http = { response: { status: httpStatusCode } };
  document.aws = { ...document.aws, ...(requestId && { request_id: requestId }), retries: attempts - 1 };
}
