import type { Clock } from '../core/clock.ts';
import type { AwsApi } from '../core/service.ts';
import type { StatesBlock } from './definition.ts';
import type { Execution } from './execution.ts';
import type { Flow } from './flow.ts';
import type { Data } from './json-data.ts';
import type { JsonataExpressions } from './jsonata-expressions.ts';
import type { TaskTokens } from './task-tokens.ts';

/** What states need of the world around them. */
export interface Runtime {
  api: AwsApi;
  clock: Clock;
  region: string;
  expressions: JsonataExpressions;
  tokens: TaskTokens;
  /** From 0 to below 1; spreads retries. */
  random: () => number;
  /** Resolves when the execution has ended; at once when there is none (any more). */
  ended(executionArn: string): Promise<void>;
  /** Runs states from `StartAt` to an end: the execution itself, or what a Parallel or Map state has inside. */
  runStates(block: StatesBlock, flow: Flow, input: Data, execution: Execution): Promise<Data>;
}
