import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  CfnDashboard,
  Column,
  CompositeAlarm,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  Row,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { CallingAlarm } from './alarms.ts';
import { stageOf } from './stage.ts';

export interface ServiceDashboardProps {
  /** Such as `order`: the dashboard of stage `dev` is `bazaar-dev-order`. */
  name: string;
  /** What comes first, in rows: what the stack itself wants to be seen. */
  head: () => IWidget[][];
}

const FULL_WIDTH = 24;
const HEIGHT = 6;
const PERIOD = Duration.minutes(5);

/** Shows what a stack holds, whatever that is when it is synthesized: functions, table, queues, sagas and alarms. */
export class ServiceDashboard extends Construct {
  constructor(scope: Construct, id: string, { name, head }: ServiceDashboardProps) {
    super(scope, id);
    const stack = Stack.of(this);
    new CfnDashboard(this, 'Resource', {
      dashboardName: `bazaar-${stageOf(this)}-${name}`,
      dashboardBody: Lazy.string({
        produce: () => {
          const rows = [[heading(name)], ...head(), ...contents(stack)].filter((widgets) => widgets.length > 0);
          const column = new Column(...rows.map((widgets) => new Row(...widgets)));
          column.position(0, 0);
          return stack.toJsonString({ widgets: column.toJson() });
        },
      }),
    });
  }
}

function heading(name: string): IWidget {
  const markdown = `# ${name}\nWhat the alarms mean, and what to do: docs/runbook.md`;
  return new TextWidget({ markdown, width: FULL_WIDTH, height: 2 });
}

function contents(stack: Stack): IWidget[][] {
  return [alarmsOf(stack), functionsOf(stack), queuesOf(stack), tablesOf(stack), sagasOf(stack), failuresOf(stack)];
}

/** Everything of a kind that stands in the stack. */
function all<T extends Construct>(stack: Stack, type: abstract new (...args: never[]) => T): T[] {
  return stack.node.findAll().filter((construct): construct is T => construct instanceof type);
}

function alarmsOf(stack: Stack): IWidget[] {
  const alarms = [...all(stack, CompositeAlarm), ...all(stack, CallingAlarm)];
  if (alarms.length === 0) return [];
  const height = 2 + Math.ceil(alarms.length / 5);
  return [new AlarmStatusWidget({ title: 'Alarms that call people', alarms, width: FULL_WIDTH, height })];
}

function functionsOf(stack: Stack): IWidget[] {
  const functions = all(stack, LambdaFunction);
  const each = (metricOf: (fn: LambdaFunction) => IMetric) => functions.map(metricOf);
  return graphs({
    Invocations: each((fn) => fn.metricInvocations({ period: PERIOD, label: labelOf(fn) })),
    'Errors that no handler caught': each((fn) => fn.metricErrors({ period: PERIOD, label: labelOf(fn) })),
    'Duration, 99 of 100, ms': each((fn) =>
      fn.metricDuration({ statistic: 'p99', period: PERIOD, label: labelOf(fn) }),
    ),
    Throttled: each((fn) => fn.metricThrottles({ period: PERIOD, label: labelOf(fn) })),
  });
}

function queuesOf(stack: Stack): IWidget[] {
  const queues = all(stack, Queue);
  const isLast = ({ node, deadLetterQueue }: Queue) => !deadLetterQueue && /^(DeadLetters|Failures)$/.test(node.id);
  const each = (some: Queue[], metricOf: (queue: Queue, label: string) => IMetric) =>
    some.map((queue) => metricOf(queue, labelOf(queue)));
  return graphs({
    'Oldest message that waits, s': each(
      queues.filter((queue) => !isLast(queue)),
      (queue, label) => queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: PERIOD, label }),
    ),
    'Dead letters': each(queues.filter(isLast), (queue, label) =>
      queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: PERIOD, label }),
    ),
  });
}

function tablesOf(stack: Stack): IWidget[] {
  const tables = all(stack, Table);
  const named = (metric: string, statistic: string) =>
    tables.map((table) => table.metric(metric, { statistic, period: PERIOD, label: labelOf(table) }));
  return graphs({
    'Units read': named('ConsumedReadCapacityUnits', 'Sum'),
    'Units written': named('ConsumedWriteCapacityUnits', 'Sum'),
    'Throttled reads and writes': [...named('ReadThrottleEvents', 'Sum'), ...named('WriteThrottleEvents', 'Sum')],
  });
}

function sagasOf(stack: Stack): IWidget[] {
  const sagas = all(stack, StateMachine);
  return graphs({
    'Sagas started': sagas.map((saga) => saga.metricStarted({ period: PERIOD })),
    'Sagas that failed or took too long': sagas.flatMap((saga) => [
      saga.metricFailed({ period: PERIOD }),
      saga.metricTimedOut({ period: PERIOD }),
    ]),
    'Time of a saga, 99 of 100, ms': sagas.map((saga) => saga.metricTime({ statistic: 'p99', period: PERIOD })),
  });
}

/** The last failures, from the logs. Insights costs $0.005 for each GB that it reads when the dashboard is looked at. */
function failuresOf(stack: Stack): IWidget[] {
  const groups = all(stack, LambdaFunction).map(({ logGroup }) => logGroup.logGroupName);
  if (groups.length === 0) return [];
  const queryLines = [
    'fields @timestamp, function, message, outcome, correlation_id',
    'filter level = "ERROR"',
    'sort @timestamp desc',
    'limit 20',
  ];
  // A query may name 50 log groups.
  const logGroupNames = groups.slice(0, 50);
  return [
    new LogQueryWidget({ title: 'The last failures', logGroupNames, queryLines, width: FULL_WIDTH, height: HEIGHT }),
  ];
}

/** A row of graphs, as wide as the dashboard; without those that would be empty. */
export function graphs(metrics: Record<string, IMetric[]>): IWidget[] {
  const some = Object.entries(metrics).filter(([, left]) => left.length > 0);
  const width = Math.floor(FULL_WIDTH / Math.max(1, some.length));
  return some.map(([title, left]) => new GraphWidget({ title, left, width, height: HEIGHT, leftYAxis: { min: 0 } }));
}

/** Its path within the stack, such as `OnOrderCreatedSubscription/Queue/Messages`. */
function labelOf(construct: Construct): string {
  return construct.node.path.slice(Stack.of(construct).node.path.length + 1);
}
