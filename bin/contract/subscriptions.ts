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
    EventPattern?: { 'detail-type'?: string[] };
    Targets?: { Arn: { 'Fn::GetAtt'?: [id: string, attribute: string] } }[];
    EventSourceArn?: { 'Fn::GetAtt'?: [id: string, attribute: string] };
    FunctionName?: { Ref: string };
    Description?: string;
  };
}

/** Who listens to what, read from the templates in cdk.out/. */
export function allSubscriptions(): EventSubscription[] {
  const templates = globSync('cdk.out/*.template.json', { cwd: root }).sort();
  const subscriptions = templates.flatMap((file) => {
    const { Resources }: { Resources: Record<string, Resource> } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    return subscriptionsIn(Resources);
  });
  return subscriptions.sort((a, b) => (`${a.service} ${a.name}` < `${b.service} ${b.name}` ? -1 : 1));
}

function subscriptionsIn(resources: Record<string, Resource>): EventSubscription[] {
  const ofType = (type: string) => Object.values(resources).filter(({ Type }) => Type === type);
  const mappings = ofType('AWS::Lambda::EventSourceMapping');
  const rules = ofType('AWS::Events::Rule').filter(({ Properties }) => Properties.EventPattern?.['detail-type']);
  return rules.flatMap(({ Properties: { EventPattern, Targets = [] } }) => {
    const queues = Targets.map(({ Arn }) => Arn['Fn::GetAtt']?.[0]);
    const consumers = mappings.filter(({ Properties }) =>
      queues.includes(Properties.EventSourceArn?.['Fn::GetAtt']?.[0]),
    );
    const types = EventPattern?.['detail-type'] ?? [];
    return consumers.map(({ Properties }) => ({ ...named(resources[Properties.FunctionName?.Ref ?? '']), types }));
  });
}

/** A function says in its description whose it is: `inventory: on-order-confirmed`. */
function named(fn: Resource | undefined): { service: string; name: string } {
  const [service = '', name = ''] = fn?.Properties.Description?.split(': ') ?? [];
  return { service, name };
}
