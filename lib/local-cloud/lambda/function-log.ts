import type { Clock } from '../core/clock.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { LambdaOptions } from './options.ts';

/** Writes the log events of functions to whoever wants them. */
export class FunctionLog {
  readonly #clock: Clock;
  readonly #sinks: Pick<LambdaOptions, 'logs' | 'onLog'>;

  constructor(clock: Clock, sinks: Pick<LambdaOptions, 'logs' | 'onLog'>) {
    this.#clock = clock;
    this.#sinks = sinks;
  }

  write(configuration: FunctionConfiguration, logStream: string, line: { message: string; requestId?: string }): void {
    const logGroup = configuration.logging.group;
    const timestamp = this.#clock.now();
    this.#sinks.logs?.write(logGroup, logStream, [{ timestamp, message: line.message }]);
    this.#sinks.onLog?.({ functionName: configuration.functionName, logGroup, logStream, timestamp, ...line });
  }
}

// Lambda keeps the last 4 KB of an invocation's log for a caller who asks for LogType Tail.
const TAIL_BYTES = 4096;

/** Collects the log of one invocation for its caller. */
export class LogTail {
  #text = '';

  add(message: string): void {
    this.#text = `${this.#text}${message}\n`.slice(-TAIL_BYTES);
  }

  toBase64(): string {
    return Buffer.from(this.#text).subarray(-TAIL_BYTES).toString('base64');
  }
}
