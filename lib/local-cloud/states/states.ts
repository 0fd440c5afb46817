import type { MetricSink } from '../core/metric.ts';
import type { SegmentSink } from '../core/segment.ts';
import type { CloudContext, ServiceModule } from '../core/service.ts';
import type { LogSink } from './execution-log.ts';
import { executionOperations } from './execution-operations.ts';
import { describeExecution } from './execution-views.ts';
import { Executions } from './executions.ts';
import type { HistoryEvent } from './history.ts';
import { STATES_INPUTS } from './inputs.ts';
import { createInterpreter } from './interpreter.ts';
import { JsonataExpressions } from './jsonata-expressions.ts';
import { MachineVersions } from './machine-versions.ts';
import { stateMachineOperations } from './state-machine-operations.ts';
import { stateMachineResource } from './state-machine-resource.ts';
import { StateMachines } from './state-machines.ts';
import { taskTokenOperations } from './task-token-operations.ts';
import { TaskTokens } from './task-tokens.ts';
import { versionOperations } from './version-operations.ts';
import { aliasResource, versionResource } from './version-resources.ts';

export interface StatesOptions {
  /** Takes what LoggingConfiguration asks to be logged. */
  logs?: LogSink;
  /** Takes the metrics of AWS/States. */
  onMetric?: MetricSink;
  /** Takes the segments of executions that are traced: X-Ray. */
  onSegment?: SegmentSink;
  /** From 0 to below 1: the jitter of retries and `$random()`. */
  random?: () => number;
  /** How many ended executions of each type (standard, express) are remembered. */
  remembered?: number;
}

/** An execution as DescribeExecution answers it. */
export type ExecutionDescription = ReturnType<typeof describeExecution>;

export interface StatesModule extends ServiceModule {
  /** All executions that are remembered, the youngest first; express ones too, which the API does not list. */
  executions(): ExecutionDescription[];
  /** The events of an execution; express ones too. Throws `ExecutionDoesNotExist`. */
  history(executionArn: string): HistoryEvent[];
}

/** Step Functions: state machines in the Amazon States Language, in JSONata mode. */
export function createStates(context: CloudContext, options: StatesOptions = {}): StatesModule {
  const { account, api, clock } = context;
  const { logs, onMetric, onSegment, random = Math.random, remembered = 1000 } = options;
  const tokens = new TaskTokens();
  const expressions = new JsonataExpressions(clock, random);
  const machines = new StateMachines({ account, clock, expressions });
  const versions = new MachineVersions(machines, random);
  const runtime = createInterpreter({
    api,
    clock,
    region: account.region,
    expressions,
    tokens,
    random,
    ended: (executionArn) => executions.ended(executionArn),
  });
  const executions: Executions = new Executions(runtime, { logs, onMetric, onSegment, remembered });

  return {
    name: 'states',
    protocol: { kind: 'json', targetPrefix: 'AWSStepFunctions', version: '1.0' },
    inputs: STATES_INPUTS,
    operations: {
      ...stateMachineOperations(machines, executions),
      ...executionOperations({ account, executions, resolve: (arn) => versions.resolve(arn) }),
      ...taskTokenOperations(tokens),
      ...versionOperations(versions),
    },
    resourceTypes: [stateMachineResource(machines), versionResource(versions), aliasResource(versions)],
    executions: () => executions.all().map(describeExecution),
    history: (executionArn) => executions.find(executionArn).history.events,
    stop: () => executions.shutDown(),
  };
}
