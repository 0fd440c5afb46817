import type { SQSRecord } from 'aws-lambda';
import { parseTraceHeader, parseTraceparent, toTraceparent } from '../trace.ts';

/** Stands once in a message: in the metadata of an event, or in the cause of what one of our functions asks for. */
const IN_MESSAGE = /"traceparent":"([^"]+)"/;

/**
 * What a message is caused by. It says so itself; SQS knows the call that sent it, which is nearer where it is of the
 * same trace. Who puts a message back into its queue sends it anew, in a trace of their own.
 */
export function traceparentOf({ body, attributes }: Pick<SQSRecord, 'body' | 'attributes'>): string | undefined {
  const said = parseTraceparent(IN_MESSAGE.exec(body)?.[1]);
  const sent = parseTraceHeader(attributes?.AWSTraceHeader);
  const nearest = sent && (!said || said.traceId === sent.traceId) ? sent : said;
  return nearest && toTraceparent(nearest);
}
