import { addressedCalls, allowedCalls, healthChecks } from './calls.ts';
import { type Edge, merged } from './edges.ts';
import { eventEdges, publishersOf, type Schedule, type Subscription, schedulesOf, subscriptionsOf } from './events.ts';
import { grantsOf } from './grants.ts';
import { routesOf, type ServedRoute } from './routes.ts';
import { sagaEdges } from './saga.ts';
import { Resources, readTemplates, type Templates } from './templates.ts';

/** CDK ends logical ids with it. */
const HASH = /[0-9A-F]{8}$/;

export interface MappedService {
  name: string;
  stacks: string[];
  routes: Omit<ServedRoute, 'api' | 'service'>[];
  /** What they are called in its stacks: `OutboxTable` is the service's own, `Circuits` that of its circuit breakers. */
  tables: string[];
  functions: number;
  /** Types of events. */
  publishes: string[];
  subscribes: Omit<Subscription, 'service'>[];
  schedules: Omit<Schedule, 'service'>[];
}

export interface ServiceMap {
  services: MappedService[];
  edges: Edge[];
}

/**
 * What the templates promise: which service has to do with which. For whoever compares that with what was seen.
 * @param assemblyDir where `cdk synth` has written them, `cdk.out`
 */
export function promisedServiceMap(assemblyDir: string): { nodes: string[]; edges: Edge[] } {
  const { services, edges } = serviceMapOf(readTemplates(assemblyDir));
  return { nodes: services.map(({ name }) => name), edges };
}

/**
 * @param published types of the events that each service publishes, from contracts/asyncapi.json: templates only name
 * those that somebody listens to
 */
export function serviceMapOf(templates: Templates, published: Record<string, string[]> = {}): ServiceMap {
  const resources = new Resources(templates);
  const grants = grantsOf(resources);
  const routes = routesOf(resources);
  const subscriptions = subscriptionsOf(resources, publishersOf(grants));
  const publishes = withListenedTo(published, subscriptions);
  const edges = merged([
    ...allowedCalls(resources, grants, routes),
    ...addressedCalls(resources, routes),
    ...healthChecks(resources, grants),
    ...sagaEdges(resources),
    ...eventEdges(subscriptions, publishes),
  ]);
  const schedules = schedulesOf(resources);
  const names = [...new Set(resources.all.map(({ service }) => service))].sort();
  const services = names.map((name) => {
    const own = <T extends { service: string }>(items: T[]) => items.filter(({ service }) => service === name);
    return {
      name,
      stacks: [...new Set(own(resources.all).map(({ stack }) => stack))],
      routes: own(routes).map(({ route, fn, internal }) => ({ route, fn, internal })),
      tables: own(resources.ofType('AWS::DynamoDB::Table')).map(({ id }) => id.replace(HASH, '')),
      functions: own(resources.ofType('AWS::Lambda::Function')).length,
      publishes: publishes[name] ?? [],
      subscribes: own(subscriptions).map(({ service: _, ...rest }) => rest),
      schedules: own(schedules).map(({ service: _, ...rest }) => rest),
    };
  });
  return { services, edges };
}

/** What is published, at least what others (or the service itself) subscribe to. */
function withListenedTo(published: Record<string, string[]>, subscriptions: Subscription[]): Record<string, string[]> {
  const types = new Map(Object.entries(published).map(([service, own]) => [service, new Set(own)]));
  for (const { from, types: listened } of subscriptions) {
    const [publisher, ...others] = from;
    if (!publisher || others.length > 0) continue;
    types.set(publisher, new Set([...(types.get(publisher) ?? []), ...listened]));
  }
  return Object.fromEntries([...types].map(([service, own]) => [service, [...own].sort()]));
}
