import type { Clock } from '../core/clock.ts';
import type { Attributes } from './shapes.ts';
import { withEmptyMaps } from './stream-images.ts';

/** One change of an item, in the shape of the API's GetRecords. */
export interface StreamRecord {
  eventID: string;
  eventName: string;
  awsRegion: string;
  dynamodb: {
    ApproximateCreationDateTime: number;
    Keys: Attributes;
    NewImage?: Attributes;
    OldImage?: Attributes;
    SequenceNumber: string;
    [field: string]: unknown;
  };
  /** Present when DynamoDB itself removed the item because it had expired. */
  userIdentity?: { PrincipalId: string; Type: string };
  [field: string]: unknown;
}

/** What DynamoDB Local does not put into its stream records: when, on our clock, and who removed an expired item. */
export interface StreamJournal {
  /** Called before every write, so that moved time reaches the records of this and later writes. */
  noteWrite(): void;
  /** Announces the removal of an expired item before it is tried; the returned function takes that back. */
  expectExpiry(streamArn: string, keys: Attributes, expiry: unknown): () => void;
  /** Makes a record as AWS writes it; the same record comes out the same every time it is read. */
  normalise(streamArn: string, record: StreamRecord): StreamRecord;
}

interface Note {
  createdAtSeconds: number;
  expired: boolean;
}

interface StreamNotes {
  /** By sequence number. */
  records: Map<string, Note>;
  /** By keys: the values of the time-to-live attribute of items that are being removed. */
  expected: Map<string, unknown[]>;
}

const EVENT_NAMES = ['INSERT', 'MODIFY', 'REMOVE'];
const SERVICE_IDENTITY = { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' };
// DynamoDB Local cuts the time of a record down to the minute.
const MINUTE_MS = 60_000;
// Readers are seconds behind at most; notes older than this many records have done their work.
const KEPT_RECORDS = 10_000;

export function createStreamJournal(clock: Clock, region: string): StreamJournal {
  const streams = new Map<string, StreamNotes>();
  const offsets = [{ sinceMs: 0, offsetMs: clock.offsetMs }];

  function notesOf(streamArn: string): StreamNotes {
    const notes = streams.get(streamArn) ?? { records: new Map(), expected: new Map() };
    streams.set(streamArn, notes);
    return notes;
  }

  /**
   * The engine knows the minute of the write; the second is that of the first reading, within this minute. Readers
   * follow the writes closely, so this is the second of the write; it is never before it.
   */
  function createdAt(record: StreamRecord): number {
    const wallMs = clock.now() - clock.offsetMs;
    const writtenMs = Math.min(wallMs, record.dynamodb.ApproximateCreationDateTime * 1000 + MINUTE_MS - 1);
    const offset = offsets.findLast((entry) => entry.sinceMs <= writtenMs);
    return Math.floor((writtenMs + (offset?.offsetMs ?? 0)) / 1000);
  }

  function noteOf(streamArn: string, record: StreamRecord): Note {
    const { records, expected } = notesOf(streamArn);
    const sequence = record.dynamodb.SequenceNumber;
    const known = records.get(sequence);
    if (known) return known;
    const note = { createdAtSeconds: createdAt(record), expired: isExpiry(record, expected) };
    records.set(sequence, note);
    const oldest = records.size > KEPT_RECORDS && records.keys().next().value;
    if (oldest) records.delete(oldest);
    return note;
  }

  return {
    noteWrite() {
      if (offsets.at(-1)?.offsetMs === clock.offsetMs) return;
      offsets.push({ sinceMs: clock.now() - clock.offsetMs, offsetMs: clock.offsetMs });
    },
    expectExpiry(streamArn, keys, expiry) {
      const { expected } = notesOf(streamArn);
      const id = identity(keys);
      expected.set(id, [...(expected.get(id) ?? []), expiry]);
      return () => takeOut(expected, id, expiry);
    },
    normalise(streamArn, record) {
      const note = noteOf(streamArn, record);
      const { NewImage, OldImage } = record.dynamodb;
      return {
        ...record,
        // AWS: 32 hexadecimal digits; the engine: a UUID.
        eventID: record.eventID.replaceAll('-', ''),
        eventName: EVENT_NAMES.includes(record.eventName) ? record.eventName : 'REMOVE',
        awsRegion: region,
        dynamodb: {
          ...record.dynamodb,
          ...(NewImage && { NewImage: withEmptyMaps(NewImage) }),
          ...(OldImage && { OldImage: withEmptyMaps(OldImage) }),
          ApproximateCreationDateTime: note.createdAtSeconds,
        },
        ...(note.expired && { userIdentity: SERVICE_IDENTITY }),
      };
    },
  };
}

function isExpiry(record: StreamRecord, expected: Map<string, unknown[]>): boolean {
  // The name that DynamoDB Local gives to removals of its own time to live (a database from elsewhere may have it on).
  if (!EVENT_NAMES.includes(record.eventName)) return true;
  if (record.eventName !== 'REMOVE') return false;
  const id = identity(record.dynamodb.Keys);
  const image = record.dynamodb.OldImage;
  const expiry = expected.get(id)?.find((value) => !image || carries(image, value));
  if (expiry === undefined) return false;
  takeOut(expected, id, expiry);
  return true;
}

/** The removed item had this time of expiry: else it was put anew, and deleted by somebody. */
function carries(image: Attributes, expiry: unknown): boolean {
  const wanted = JSON.stringify(expiry);
  return Object.values(image).some((value) => JSON.stringify(value) === wanted);
}

function takeOut(expected: Map<string, unknown[]>, id: string, expiry: unknown): void {
  const values = expected.get(id) ?? [];
  const rest = values.filter((_value, index) => index !== values.indexOf(expiry));
  if (rest.length > 0) expected.set(id, rest);
  else expected.delete(id);
}

function identity(keys: Attributes): string {
  return JSON.stringify(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
}
