import { format } from 'node:util';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const METHODS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };

function withErrorFields(_key, value) {
  if (!(value instanceof Error)) return value;
  return { errorType: value.name, errorMessage: value.message, stackTrace: value.stack?.split('\n'), ...value };
}

function toJson(record, args) {
  const error = args.length > 1 ? args.find((arg) => arg instanceof Error) : undefined;
  const message = args.length === 1 ? args[0] : format(...args);
  const fields = error && JSON.parse(JSON.stringify(error, withErrorFields));
  try {
    return JSON.stringify({ ...record, message, ...fields }, withErrorFields);
  } catch {
    return JSON.stringify({ ...record, message: format(...args) });
  }
}

/** Hands on what a stream is given, line by line; a line without its end waits for the rest or for the flush. */
function lineWriter(emit) {
  let rest = '';
  return {
    write(chunk, encoding, callback) {
      rest += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      const lines = rest.split('\n');
      rest = lines.pop();
      for (const line of lines) emit(line);
      const done = typeof encoding === 'function' ? encoding : callback;
      if (done) process.nextTick(done);
      return true;
    },
    flush() {
      if (rest) emit(rest);
      rest = '';
    },
  };
}

/**
 * Catches everything that the function prints, as Lambda's runtime does: `console` with time, request and level,
 * what is written to stdout and stderr as it is. Each line leaves at once, so that it survives a killed environment.
 */
export function captureOutput({ json, level: lowest }, emit) {
  // Outside an invocation Lambda's text format says `undefined` in place of the request id.
  let requestId;
  const threshold = json ? LEVELS.indexOf(lowest) : 0;

  const log = (level, args) => {
    if (LEVELS.indexOf(level) < threshold) return;
    const timestamp = new Date().toISOString();
    emit(
      json
        ? toJson({ timestamp, level, requestId }, args)
        : [timestamp, requestId, level, format(...args)].map(String).join('\t'),
    );
  };
  for (const [method, level] of Object.entries(METHODS)) console[method] = (...args) => log(level, args);

  const writers = [process.stdout, process.stderr].map((stream) => {
    const writer = lineWriter(emit);
    stream.write = writer.write;
    return writer;
  });

  // Node's own listener would write to the terminal of the host.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => emit(`(node) ${warning.stack ?? warning}`));

  return {
    begin(id) {
      requestId = id;
    },
    error(title, description) {
      if (json) return log('ERROR', [description]);
      emit([new Date().toISOString(), requestId, 'ERROR', title, JSON.stringify(description)].map(String).join('\t'));
    },
    flush() {
      for (const writer of writers) writer.flush();
    },
  };
}
