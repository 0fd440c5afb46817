import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Bus -> rule -> queue -> function, as the synthesized templates have it. */
export interface EventSubscription {
  /** `inventory` */
  service: string;
  /** `on-order-confirmed` */
  name: string;
  /** Types of the events, such as `order.confirmed`. */
  types: string[];
}

interface Resource {
  Type: string;
  Properties: {
    EventPattern?: { source?: string[]; 'detail-type'?: string[] };
    Targets?: { Arn: { 'Fn::GetAtt'?: [id: string, attribute: string] } }[];
    EventSourceArn?: { 'Fn::GetAtt'?: [id: string, attribute: string] };
    FunctionName?: object;
    Description?: string;
    RouteKey?: string;
    AuthorizationType?: string;
  };
}

/** Its API is not the shop's: it plays that of another company. */
const SANDBOX = 'cdk.out/Bazaar-Sandbox.template.json';

/**
 * The routes that are deployed for clients, such as `GET /api/v1/orders/{order_id}`, read from the templates in
 * cdk.out/. Those that IAM guards are for our own services.
 */
export function deployedRoutes(): string[] {
  const ours = templates((file) => file !== SANDBOX);
  const routes = ours.flatMap((resources) => ofType(resources, 'AWS::ApiGatewayV2::Route'));
  const forClients = routes.filter(({ Properties }) => Properties.AuthorizationType !== 'AWS_IAM');
  return forClients.map(({ Properties }) => Properties.RouteKey ?? '').filter((route) => route !== '$default');
}

/** Who listens to what, read from the templates in cdk.out/. */
export function allSubscriptions(): EventSubscription[] {
  const subscriptions = templates().flatMap(subscriptionsIn);
  return subscriptions.sort((a, b) => (`${a.service} ${a.name}` < `${b.service} ${b.name}` ? -1 : 1));
}

type Resources = Record<string, Resource>;

function templates(isWanted: (file: string) => boolean = () => true): Resources[] {
  const files = globSync('cdk.out/*.template.json', { cwd: root }).sort();
  return files.filter(isWanted).map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')).Resources);
}

function ofType(resources: Resources, type: string): Resource[] {
  return Object.values(resources).filter(({ Type }) => Type === type);
}

function subscriptionsIn(resources: Resources): EventSubscription[] {
  const mappings = ofType(resources, 'AWS::Lambda::EventSourceMapping');
  const rules = ofType(resources, 'AWS::Events::Rule').filter(
    ({ Properties: { EventPattern } }) => EventPattern?.['detail-type'] && !isFromAws(EventPattern.source),
  );
  return rules.flatMap(({ Properties: { EventPattern, Targets = [] } }) => {
    const queues = Targets.map(({ Arn }) => Arn['Fn::GetAtt']?.[0]);
    const consumers = mappings.filter(({ Properties }) =>
      queues.includes(Properties.EventSourceArn?.['Fn::GetAtt']?.[0]),
    );
    const types = EventPattern?.['detail-type'] ?? [];
    return consumers.map(({ Properties }) => ({ ...named(functionOf(resources, Properties.FunctionName)), types }));
  });
}

/** What AWS says of itself is not ours to promise. */
function isFromAws(source: string[] = []): boolean {
  return source.some((name) => name.startsWith('aws.'));
}

/** The function that is named, be it by its alias. */
function functionOf(resources: Resources, name: object | undefined): Resource | undefined {
  const [, id = ''] = /"Ref":"(\w+)"/.exec(JSON.stringify(name ?? {})) ?? [];
  const found = resources[id];
  return found?.Type === 'AWS::Lambda::Alias' ? functionOf(resources, found.Properties.FunctionName) : found;
}

/** A function says in its description whose it is: `inventory: on-order-confirmed`. */
function named(fn: Resource | undefined): { service: string; name: string } {
  const [service = '', name = ''] = fn?.Properties.Description?.split(': ') ?? [];
  return { service, name };
}
