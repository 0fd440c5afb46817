import {
  type EventSourceMappingConfiguration,
  type FunctionConfiguration,
  paginateListEventSourceMappings,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, paginateListQueues } from '@aws-sdk/client-sqs';
import type { Operator } from './operator.ts';
import { type DeployedRule, deployedRules } from './rules.ts';

/** A function that gets what is on its way. */
export interface Consumer {
  /** Such as `order/on-order-created`. */
  name: string;
  functionArn: string;
  logGroup: string;
}

/** One way on which messages travel, and from which they can come into a dead-letter queue. */
export type Edge =
  | { kind: 'queue'; consumer: Consumer; queue: Queue }
  | { kind: 'rule'; consumer: Consumer; queue: Queue; ruleArn: string }
  | { kind: 'stream'; consumer: Consumer; streamArn: string; patterns: string[] };

export interface Queue {
  url: string;
  arn: string;
}

export interface DeadLetterQueue extends Queue {
  /** That of the consumer which did not get the messages: what people call the queue. */
  name: string;
  service: string;
  edges: Edge[];
}

interface FoundQueue extends Queue {
  deadLetterArn?: string;
}

interface Consumers {
  functions: Map<string, Consumer>;
  mappings: EventSourceMappingConfiguration[];
}

interface Found extends Consumers {
  queues: FoundQueue[];
  rules: DeployedRule[];
}

/** What is deployed does not change under a command: each operator looks once. */
const knownQueues = new WeakMap<Operator, Promise<DeadLetterQueue[]>>();
const knownConsumers = new WeakMap<Operator, Promise<Consumers>>();

function once<T>(known: WeakMap<Operator, Promise<T>>, operator: Operator, find: (operator: Operator) => Promise<T>) {
  const found = known.get(operator) ?? find(operator);
  known.set(operator, found);
  return found;
}

/**
 * Every dead-letter queue of the stage, with the edges that end in it. Found from what is deployed: redrive policies of
 * queues, on-failure destinations of streams, dead-letter queues of rules' targets.
 */
export function deadLetterQueues(operator: Operator): Promise<DeadLetterQueue[]> {
  return once(knownQueues, operator, findDeadLetterQueues);
}

async function findDeadLetterQueues(operator: Operator): Promise<DeadLetterQueue[]> {
  const found = await look(operator);
  if (found.queues.length === 0) throw new Error(`there are no queues of a stage ${operator.stage} here.`);
  const queues = found.queues.flatMap((queue) => {
    const edges = edgesInto(queue.arn, found);
    const [name = ''] = edges.map(({ consumer }) => consumer.name);
    return edges.length === 0 ? [] : [{ ...queue, name, service: name.split('/')[0] ?? '', edges }];
  });
  return queues.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** All functions of the stage, by ARN and by that of the alias that reads, and who reads which queue or stream. */
export function consumersOf(operator: Operator): Promise<Consumers> {
  return once(knownConsumers, operator, findConsumers);
}

async function findConsumers(operator: Operator): Promise<Consumers> {
  const functions = new Map<string, Consumer>();
  for await (const { Functions = [] } of paginateListFunctions({ client: operator.lambda }, {})) {
    const ours = Functions.filter(({ FunctionName }) => FunctionName?.startsWith(prefixOf(operator)));
    for (const fn of ours) functions.set(fn.FunctionArn ?? '', toConsumer(fn));
  }
  const mappings: EventSourceMappingConfiguration[] = [];
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client: operator.lambda }, {}))
    mappings.push(...EventSourceMappings.filter(({ FunctionArn = '' }) => functions.has(unqualified(FunctionArn))));
  for (const { FunctionArn: functionArn = '' } of mappings) {
    const consumer = functions.get(unqualified(functionArn));
    if (consumer) functions.set(functionArn, { ...consumer, functionArn });
  }
  return { functions, mappings };
}

/** `arn:aws:lambda:<region>:<account>:function:<name>`, without the alias that a mapping names. */
function unqualified(functionArn: string): string {
  return functionArn.split(':').slice(0, 7).join(':');
}

function toConsumer({ Description = '', FunctionArn = '', LoggingConfig }: FunctionConfiguration): Consumer {
  return { name: Description.replace(': ', '/'), functionArn: FunctionArn, logGroup: LoggingConfig?.LogGroup ?? '' };
}

const prefixOf = ({ stage }: Operator) => `Bazaar-${stage}-`;

async function look(operator: Operator): Promise<Found> {
  const [queues, rules, readers] = await Promise.all([
    queuesOf(operator),
    deployedRules(operator),
    consumersOf(operator),
  ]);
  return { queues, rules, ...readers };
}

async function queuesOf(operator: Operator): Promise<FoundQueue[]> {
  const urls: string[] = [];
  const paging = { client: operator.sqs, pageSize: 1000 };
  for await (const { QueueUrls = [] } of paginateListQueues(paging, { QueueNamePrefix: prefixOf(operator) }))
    urls.push(...QueueUrls);
  return Promise.all(
    urls.map(async (url) => {
      const AttributeNames = ['QueueArn' as const, 'RedrivePolicy' as const];
      const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames });
      const { Attributes = {} } = await operator.sqs.send(command);
      const { QueueArn: arn = '', RedrivePolicy } = Attributes;
      return { url, arn, deadLetterArn: RedrivePolicy && JSON.parse(RedrivePolicy).deadLetterTargetArn };
    }),
  );
}

function edgesInto(arn: string, { queues, mappings, rules, functions }: Found): Edge[] {
  const readerOf = (sourceArn: string) => {
    const mapping = mappings.find(({ EventSourceArn }) => EventSourceArn === sourceArn);
    return functions.get(mapping?.FunctionArn ?? '') ?? nobody(sourceArn);
  };
  const consumed = queues.filter(({ deadLetterArn }) => deadLetterArn === arn);
  const targets = rules.flatMap((rule) => rule.targets.map((target) => ({ ...target, ruleArn: rule.arn })));
  const streams = mappings.filter(({ DestinationConfig }) => DestinationConfig?.OnFailure?.Destination === arn);
  return [
    ...consumed.map((queue): Edge => ({ kind: 'queue', consumer: readerOf(queue.arn), queue })),
    ...targets.flatMap(({ ruleArn, targetArn, deadLetterArn }): Edge[] => {
      const queue = queues.find((one) => one.arn === targetArn);
      return deadLetterArn === arn && queue ? [{ kind: 'rule', consumer: readerOf(targetArn), queue, ruleArn }] : [];
    }),
    ...streams.map(({ EventSourceArn: streamArn = '', FilterCriteria }): Edge => {
      const patterns = (FilterCriteria?.Filters ?? []).map(({ Pattern = '{}' }) => Pattern);
      return { kind: 'stream', consumer: readerOf(streamArn), streamArn, patterns };
    }),
  ];
}

/** A queue that no function reads is called by its own name. */
function nobody(arn: string): Consumer {
  return { name: arn.split(':').pop() ?? arn, functionArn: '', logGroup: '' };
}
