import { functionName, lowestLogLevel, requiredEnv } from './config.ts';
import { currentWork, type Fields } from './work.ts';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * Structured log of the function, one JSON line an entry, with the correlation id of the work that it is about. Never
 * log bodies: they may hold personal data. Written by hand: a logging library costs each cold start 8 ms
 * (docs/decisions/0019).
 */
export const log = {
  debug: (message: string, fields?: Fields) => writeLine('DEBUG', message, fields),
  info: (message: string, fields?: Fields) => writeLine('INFO', message, fields),
  warn: (message: string, fields?: Fields) => writeLine('WARN', message, fields),
  error: (message: string, fields?: Fields) => writeLine('ERROR', message, fields),
};

export function writeLine(level: Level, message: string, fields: Fields = {}): void {
  if (LEVELS.indexOf(level) < LEVELS.indexOf(lowestLogLevel() as Level)) return;
  const work = currentWork();
  const line = {
    level,
    message,
    // Lambda believes the level only where there is a time.
    timestamp: new Date().toISOString(),
    service: requiredEnv('SERVICE_NAME'),
    function: functionName(),
    correlation_id: work?.correlation_id,
    trace_id: work?.trace_id,
    ...fields,
  };
  // Not `console`: Lambda would wrap the line into one of its own.
  process.stdout.write(`${JSON.stringify(line, describingErrors)}\n`);
}

/** Of an error its name, sentence, place and cause: whatever else libraries hang onto it may be of persons. */
function describingErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, cause };
}
