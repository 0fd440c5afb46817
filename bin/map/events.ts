import type { Edge } from './edges.ts';
import { type Grant, mayDo } from './grants.ts';
import { type Found, nameOfFunction, type Resources } from './templates.ts';

/** Event bus -> rule -> queue -> function. */
export interface Subscription {
  service: string;
  fn: string;
  /** Types of events: `order.confirmed`. */
  types: string[];
  /** The services that publish them. */
  from: string[];
  /** Whether it only gets what a replay brings back. */
  replayed: boolean;
}

export interface Schedule {
  service: string;
  fn: string;
  /** `rate(1 minute)` */
  every: string;
}

/** Which service an event is from, by its source: who may put events onto a bus is told as what, by `EVENT_SOURCE`. */
export function publishersOf(grants: Grant[]): Map<string, string> {
  const sources = mayDo(grants, 'events:PutEvents').map(({ fn }): [string, string] => [
    fn.properties.Environment?.Variables?.EVENT_SOURCE,
    fn.service,
  ]);
  return new Map(sources.filter(([source]) => source));
}

/** Who subscribes to what is published. What AWS says of itself is left out. */
export function subscriptionsOf(resources: Resources, publishers: Map<string, string>): Subscription[] {
  const subscriptions = rulesWithTargets(resources).flatMap(({ rule, fn }) => {
    const { source = [], 'detail-type': types = [], ...rest } = rule.properties.EventPattern ?? {};
    const from = (source as string[]).flatMap((name) => publishers.get(name) ?? []);
    if (from.length === 0) return [];
    return { service: fn.service, fn: nameOfFunction(fn), types, from, replayed: 'replay-name' in rest };
  });
  return sorted(subscriptions);
}

export function schedulesOf(resources: Resources): Schedule[] {
  const schedules = rulesWithTargets(resources).flatMap(({ rule, fn }) => {
    const every = rule.properties.ScheduleExpression;
    return every ? { service: fn.service, fn: nameOfFunction(fn), every } : [];
  });
  return sorted(schedules);
}

/**
 * Which event types come from whom, where there is a subscriber. A type is of the service whose events it stands
 * among; a rule that listens to several services does not say, so another rule or the contracts have to.
 */
export function eventEdges(subscriptions: Subscription[], publishes: Record<string, string[]>): Edge[] {
  return subscriptions.flatMap(({ service, types, from, replayed }) => {
    if (replayed) return [];
    return from.flatMap((publisher) => {
      const what = from.length === 1 ? types : types.filter((type) => publishes[publisher]?.includes(type));
      return what.length > 0 ? { from: publisher, to: service, kind: 'events' as const, what } : [];
    });
  });
}

/** Each rule with the functions that its targets are, or whose queues they are. */
function rulesWithTargets(resources: Resources): { rule: Found; fn: Found }[] {
  const mappings = resources.ofType('AWS::Lambda::EventSourceMapping');
  const consumersOf = (queue: Found) =>
    mappings
      .filter(({ stack, properties }) => resources.referredTo(stack, properties.EventSourceArn).includes(queue))
      .flatMap(({ stack, properties }) => resources.functionsIn(stack, properties.FunctionName));
  return resources.ofType('AWS::Events::Rule').flatMap((rule) => {
    const arns = (rule.properties.Targets ?? []).map(({ Arn }: { Arn: unknown }) => Arn);
    const queues = resources.referredTo(rule.stack, arns);
    const functions = [...resources.functionsIn(rule.stack, arns), ...queues.flatMap(consumersOf)];
    return functions.map((fn) => ({ rule, fn }));
  });
}

function sorted<T extends { service: string; fn: string }>(items: T[]): T[] {
  return items.sort((a, b) => (`${a.service} ${a.fn}` < `${b.service} ${b.fn}` ? -1 : 1));
}
