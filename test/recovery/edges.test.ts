import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(__dirname, '../..');

interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties of many types
  Properties: any;
}

/** A way of messages, by the logical ids of what it is made of. */
interface Edge {
  /** Such as `Bazaar-Order OnOrderCreatedSubscriptionRule...`. */
  name: string;
  template: Template;
  deadLetters: string | undefined;
  /** The alarm that says that something waits on it. */
  lag: { metric: string; dimension: string; id: string };
}

class Template {
  readonly name: string;
  readonly resources: Record<string, Resource>;

  constructor(file: string) {
    this.name = file.replace(/^.*\/|\.template\.json$/g, '');
    this.resources = JSON.parse(readFileSync(join(root, file), 'utf8')).Resources;
  }

  ofType(type: string): [id: string, properties: Resource['Properties']][] {
    const found = Object.entries(this.resources).filter(([, { Type }]) => Type === type);
    return found.map(([id, { Properties }]) => [id, Properties]);
  }

  hasAlarm(metric: string, dimension: string, id: string | undefined): boolean {
    return this.ofType('AWS::CloudWatch::Alarm').some(([, alarm]) => {
      const watched = alarm.Dimensions?.find(({ Name }: { Name: string }) => Name === dimension)?.Value;
      return alarm.MetricName === metric && idOf(watched) === id && alarm.AlarmActions?.length > 0;
    });
  }
}

/** The logical id that a reference names. */
function idOf(reference: { Ref?: string; 'Fn::GetAtt'?: [id: string, name: string] } | undefined): string | undefined {
  return reference?.Ref ?? reference?.['Fn::GetAtt']?.[0];
}

/** The logical id of the function that a mapping names by its alias. */
function functionOf({ resources }: Template, name: object): string {
  const [, alias = ''] = /"Ref":"(\w+)"/.exec(JSON.stringify(name)) ?? [];
  return idOf(resources[alias]?.Properties.FunctionName) ?? '';
}

const templates = globSync('cdk.out/*.template.json', { cwd: root }).map((file) => new Template(file));

const lagOfQueue = (id = '') => ({ metric: 'ApproximateAgeOfOldestMessage', dimension: 'QueueName', id });

function fromSources(template: Template): Edge[] {
  return template.ofType('AWS::Lambda::EventSourceMapping').map(([id, mapping]) => {
    const source = idOf(mapping.EventSourceArn) ?? '';
    const name = `${template.name} ${id}`;
    const { Type, Properties } = template.resources[source] ?? {};
    if (Type === 'AWS::SQS::Queue') {
      const deadLetters = idOf(Properties.RedrivePolicy?.deadLetterTargetArn);
      return { name, template, deadLetters, lag: lagOfQueue(source) };
    }
    const deadLetters = idOf(mapping.DestinationConfig?.OnFailure?.Destination);
    const lag = { metric: 'IteratorAge', dimension: 'FunctionName', id: functionOf(template, mapping.FunctionName) };
    return { name, template, deadLetters, lag };
  });
}

function fromRules(template: Template): Edge[] {
  return template.ofType('AWS::Events::Rule').flatMap(([id, { Targets = [] }]) =>
    Targets.map((target: Resource['Properties']): Edge => {
      const deadLetters = idOf(target.DeadLetterConfig?.Arn);
      return { name: `${template.name} ${id}`, template, deadLetters, lag: lagOfQueue(idOf(target.Arn)) };
    }),
  );
}

const edges = templates.flatMap((template) => [...fromSources(template), ...fromRules(template)]);
const namesOf = (wanting: Edge[]) => wanting.map(({ name }) => name);

describe('every asynchronous edge', () => {
  test('is known here', () => {
    const unknown = templates.flatMap((template) =>
      Object.values(template.resources)
        .filter(({ Type }) => /^AWS::(SNS::Subscription|Pipes::|Scheduler::|Lambda::EventInvokeConfig)/.test(Type))
        .map(({ Type }) => `${template.name} has a ${Type}`),
    );

    expect(unknown).toEqual([]);
    expect(edges.length).toBeGreaterThan(50);
  });

  test('has a dead-letter queue', () => {
    const wanting = edges.filter(({ template, deadLetters = '' }) => {
      return template.resources[deadLetters]?.Type !== 'AWS::SQS::Queue';
    });

    expect(namesOf(wanting)).toEqual([]);
  });

  test('has an alarm that calls people when something is in its dead-letter queue', () => {
    const metric = 'ApproximateNumberOfMessagesVisible';
    const wanting = edges.filter(({ template, deadLetters }) => !template.hasAlarm(metric, 'QueueName', deadLetters));

    expect(namesOf(wanting)).toEqual([]);
  });

  test('has an alarm that calls people when something waits on it', () => {
    const wanting = edges.filter(({ template, lag }) => !template.hasAlarm(lag.metric, lag.dimension, lag.id));

    expect(namesOf(wanting)).toEqual([]);
  });
});
