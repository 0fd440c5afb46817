import { inPart } from './traced.ts';

interface Call {
  /** Who is called. */
  name: string;
  method: string;
  /** Without a query: it may say more than ids. */
  url: string;
}

/**
 * Records an HTTP call in the current span. The headers that it is sent with make what is called a part of the trace,
 * in W3C form for everybody and in X-Ray's for AWS.
 */
export function inCall<Headers extends object, Answer extends { status: number }>(
  { name, method, url }: Call,
  headers: Headers,
  send: (headers: Headers) => Promise<Answer>,
): Promise<Answer> {
  const http = { request: { method, url, traced: true } };
  return inPart({ name, namespace: 'remote', http }, async (span) => {
    const answer = await send(
      span ? { ...headers, traceparent: span.traceparent, 'x-amzn-trace-id': span.traceHeader } : headers,
    );
    span?.answered(answer.status);
    return answer;
  });
}
