import { AwsError } from '../core/aws-error.ts';
import { type CloudContext, OPERATOR } from '../core/service.ts';
import { contextVariable, type Outcome } from './context-variables.ts';
import type { Exchange } from './exchange.ts';

/** Names are made of words and dots; a dot at the end is the sentence's own. */
const VARIABLE = /\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)/g;

/** Writes one line for each request of a stage with access logging into its log group. */
export class AccessLog {
  readonly #context: CloudContext;
  /** The streams that are known to exist. */
  readonly #streams = new Set<string>();

  constructor(context: CloudContext) {
    this.#context = context;
  }

  async write(exchange: Exchange, outcome: Outcome): Promise<void> {
    const { accessLog, name } = exchange.stage;
    if (!accessLog) return;
    const logGroupName = accessLog.group;
    const logStreamName = `${exchange.api.apiId}/${name}`;
    const message = accessLog.format.replace(
      VARIABLE,
      (_, variable) => contextVariable(exchange, variable, outcome) ?? '-',
    );
    await this.#ensureStream(logGroupName, logStreamName);
    const logEvents = [{ timestamp: this.#context.clock.now(), message }];
    // Log delivery is AWS's own doing: no policy of the templates stands between an API and its access log.
    const input = { logGroupName, logStreamName, logEvents };
    await this.#context.api.call('logs', 'PutLogEvents', input, { caller: OPERATOR });
  }

  async #ensureStream(logGroupName: string, logStreamName: string): Promise<void> {
    const key = `${logGroupName} ${logStreamName}`;
    if (this.#streams.has(key)) return;
    try {
      const input = { logGroupName, logStreamName };
      await this.#context.api.call('logs', 'CreateLogStream', input, { caller: OPERATOR });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'ResourceAlreadyExistsException') throw error;
    }
    this.#streams.add(key);
  }
}
