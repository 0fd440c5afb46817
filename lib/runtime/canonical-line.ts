import { type Level, writeLine } from './log.ts';
import { embedded } from './metrics.ts';
import { currentTraceparent } from './trace.ts';
import { during, type Fields, traceIdOf, type Work } from './work.ts';

/** What came of a piece of work, for its line. */
export interface Result {
  level?: Level;
  message: string;
  /** `ok`, the word of a step, or the code or name of the error. */
  outcome: string;
  /**
   * Whether those who asked were failed by the service: this is what its service level is measured by. Missing where
   * nobody waits for an answer.
   */
  failed?: boolean;
  fields?: Fields;
}

/** How the line tells of an answer, and of an error. */
export interface Wording<Answer> {
  /** @param noted what has been noted meanwhile */
  done(answer: Answer, noted: Fields): Result;
  failed(error: Error): Result;
}

/** What led to a piece of work: the correlation id is that of the first request, the trace goes by W3C's header. */
export interface Origin {
  correlation_id: string;
  traceparent?: string;
}

let isCold = true;

/**
 * Does a piece of work and writes the line that tells all of it: who asked for what, what came of it, how long it took.
 * One a request, a saga step, a message of a queue, or a batch of a stream.
 */
export function inOneLine<Answer>(
  { correlation_id, traceparent = currentTraceparent() }: Origin,
  perform: () => Promise<Answer>,
  wording: Wording<Answer>,
): Promise<Answer> {
  const work: Work = { correlation_id, trace_id: traceIdOf(traceparent), fields: {}, metrics: [] };
  const startedAt = performance.now();
  const wasCold = isCold;
  isCold = false;
  const tell = (result: Result) =>
    writeWork(work, result, { duration_ms: sinceMs(startedAt), cold: wasCold || undefined });
  return during(work, async () => {
    try {
      const answer = await perform();
      tell(wording.done(answer, work.fields));
      return answer;
    } catch (error) {
      tell({ level: 'ERROR', ...wording.failed(error as Error) });
      throw error;
    }
  });
}

function writeWork(work: Work, result: Result, time: Fields): void {
  const { level = 'INFO', message, outcome, failed, fields } = result;
  const counted = failed === undefined ? [] : [{ name: 'Fault', value: Number(failed) }];
  const line = { ...work.fields, ...fields, outcome, ...time, ...embedded([...counted, ...work.metrics]) };
  writeLine(level, message, line);
}

function sinceMs(startedAt: number): number {
  return Math.ceil(performance.now() - startedAt);
}
