import { UnsupportedError } from '../core/aws-error.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { PatternCompiler } from './options.ts';

export type RecordFilter = (record: Record<string, unknown>) => boolean;

/** The test that a record of the source must pass to reach the function. */
export function createFilter(
  { filters, uuid }: EventSourceMapping,
  compile: PatternCompiler | undefined,
): RecordFilter {
  if (filters.length === 0) return () => true;
  if (!compile)
    throw new UnsupportedError(`The event source mapping ${uuid} has FilterCriteria, which need EventBridge.`);
  const tests = filters.map((pattern) => {
    const matches = compile(pattern);
    const wantsJson = isObject(pattern.body);
    return (record: Record<string, unknown>) => {
      const view = wantsJson ? withParsedBody(record) : record;
      return view !== undefined && matches(view);
    };
  });
  return (record) => tests.some((test) => test(record));
}

/** A pattern on the fields of the body fits only messages whose body is a JSON object. */
function withParsedBody(record: Record<string, unknown>): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(String(record.body));
    return isObject(body) ? { ...record, body } : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
