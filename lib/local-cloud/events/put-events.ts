import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { AnyOperation, CallContext, Operation } from '../core/service.ts';
import type { ServiceEvent } from '../core/service-event.ts';
import { type BusEvent, isoSeconds, toMs } from './model.ts';
import type { EventsState } from './state.ts';

const MOST_ENTRIES = 10;
const MOST_BYTES = 1_048_576;
const TIME_BYTES = 14;

export interface PutEventsEntry {
  Time?: number | string | Date;
  Source?: string;
  DetailType?: string;
  Detail?: string;
  Resources?: string[];
  EventBusName?: string;
  TraceHeader?: string;
}

interface PutEventsInput {
  Entries?: PutEventsEntry[];
}

interface EntryResult {
  EventId?: string;
  ErrorCode?: string;
  ErrorMessage?: string;
}

interface PutEventsOutput {
  FailedEntryCount: number;
  Entries: EntryResult[];
}

/** PutEvents: each entry succeeds or fails by itself. */
export function putEventsOperation(state: EventsState): Record<string, AnyOperation> {
  const PutEvents: Operation<PutEventsInput, PutEventsOutput> = {
    accepts: {
      Entries: {
        Time: true,
        Source: true,
        DetailType: true,
        Detail: true,
        Resources: true,
        EventBusName: true,
        TraceHeader: true,
      },
    },
    resources: ({ Entries = [] }) => [...new Set(Entries.map((entry) => state.buses.busArn(entry.EventBusName)))],
    run({ Entries = [] }, call) {
      checkRequest(Entries);
      const results = Entries.map((entry) => putEntry(state, entry, call));
      return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length, Entries: results };
    },
  };
  return { PutEvents };
}

function putEntry(state: EventsState, entry: PutEventsEntry, call: CallContext): EntryResult {
  const failure = whyInvalid(entry);
  if (failure) return failure;
  const detail = parseObject(entry.Detail as string);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const event = toEvent(state, entry, detail);
  const bus = state.buses.find(entry.EventBusName);
  // AWS takes an event for a bus that is not there, says that all is well, and nobody ever gets it.
  if (bus) state.router.publish(bus, event, { trace: entry.TraceHeader ?? call.trace });
  else state.context.log.warn(`event ${event['detail-type']} is lost: there is no event bus ${entry.EventBusName}`);
  return { EventId: event.id };
}

/** PutEvents refuses sources of AWS: this is how its services tell of themselves. */
export function emit(state: EventsState, { source, detailType, resources, detail }: ServiceEvent): void {
  const bus = state.buses.find(undefined);
  const entry = { Source: source, DetailType: detailType, Resources: resources };
  if (bus) state.router.publish(bus, toEvent(state, entry, detail));
}

function toEvent({ context }: EventsState, entry: PutEventsEntry, detail: object): BusEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType as string,
    source: entry.Source as string,
    account: context.account.id,
    time: isoSeconds(entry.Time === undefined ? context.clock.now() : toMs(entry.Time)),
    region: context.account.region,
    resources: entry.Resources ?? [],
    detail,
  };
}

function checkRequest(entries: PutEventsEntry[]): void {
  if (entries.length < 1 || entries.length > MOST_ENTRIES) {
    const bound = entries.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ENTRIES}`;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  const size = entries.reduce((sum, entry) => sum + entrySize(entry), 0);
  if (size >= MOST_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  if (entries.every(({ Source, DetailType, Detail }) => !Source && !DetailType && !Detail)) {
    throw new AwsError('ValidationException', 'Each entry must have a Source, a DetailType and a Detail.');
  }
}

function entrySize({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : TIME_BYTES);
}

function whyInvalid(entry: PutEventsEntry): EntryResult | undefined {
  const missing = (['Source', 'DetailType', 'Detail'] as const).find((name) => !entry[name]);
  if (missing) return invalidArgument(missing, `${missing} is a required argument.`);
  if (entry.Source?.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  if ((entry.DetailType as string).length > 128) {
    return invalidArgument('DetailType', 'DetailType has a maximum length of 128 characters.');
  }
  if (entry.Time !== undefined && Number.isNaN(toMs(entry.Time))) return invalidArgument('Time', 'Time is not valid.');
  return undefined;
}

function invalidArgument(name: string, reason: string): EntryResult {
  return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}` };
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
