import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseQuery } from '#lib/local-cloud/logs/insights-parser.ts';
import { type Found, productionAssembly, resourcesIn, root } from './templates.ts';

const resources = resourcesIn(join(root, 'cdk.out'));
const ofType = (...types: string[]) => resources.filter(({ Type }) => types.includes(Type));
const ALARMS = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];
const alarms = ofType(...ALARMS);

/** Those of production, where new versions get their calls by and by, as well. */
let allAlarms: Found[];

beforeAll(async () => {
  allAlarms = [...alarms, ...resourcesIn(await productionAssembly(), ...ALARMS)];
});

const nameOf = ({ stack, id }: Found) => `${stack} ${id}`;

/** The anchors of the sections of a page, as they are made on GitHub. */
function anchorsIn(page: string): string[] {
  const headings = readFileSync(join(root, page), 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

const sectionOf = ({ Properties }: Found) => /docs\/runbook\.md#([\w-]+)$/.exec(Properties.AlarmDescription)?.[1];

describe('an alarm', () => {
  test('leads to the section of the runbook that says what to do', () => {
    const sections = anchorsIn('docs/runbook.md');

    const lost = allAlarms.filter((alarm) => !sections.includes(sectionOf(alarm) ?? ''));

    expect(lost.map(nameOf)).toEqual([]);
    expect(allAlarms.length).toBeGreaterThan(400);
  });

  test('is what each section of the runbook is about', () => {
    const about = new Set(allAlarms.map(sectionOf));

    expect(anchorsIn('docs/runbook.md').filter((section) => section !== 'runbook' && !about.has(section))).toEqual([]);
  });

  test('calls people, or is part of one that does, or stops a deployment', () => {
    const rules = JSON.stringify(
      ofType('AWS::CloudWatch::CompositeAlarm').map(({ Properties }) => Properties.AlarmRule),
    );
    const mute = alarms.filter(
      ({ id, Properties: { AlarmActions = [] } }) =>
        AlarmActions.length === 0 && !rules.includes(`["${id}","Arn"]`) && !/^SagaFailures/.test(id),
    );

    expect(mute.map(nameOf)).toEqual([]);
  });
});

describe('a service', () => {
  const services = new Set(
    ofType('AWS::SSM::Parameter').flatMap(
      ({ Properties }) => /^\/bazaar\/\w+\/services\/(.+)$/.exec(Properties.Name)?.[1] ?? [],
    ),
  );
  const partOf = (service: string, type: string) =>
    ofType(type).filter(({ stack }) => stack.toLowerCase() === `bazaar-${service}`);

  test('has a fast and a slow alarm on its error budget', () => {
    const burning = [...services].map((service) => {
      const ids = partOf(service, 'AWS::CloudWatch::CompositeAlarm').map(({ id }) => id);
      return [
        service,
        ...['Fast', 'Slow'].map((kind) => ids.filter((id) => id.startsWith(`ServiceLevel${kind}Burn`)).length),
      ];
    });

    expect(burning).toEqual([...services].map((service) => [service, 1, 1]));
    expect(services.size).toBeGreaterThan(9);
  });

  test('has a dashboard that shows every function, table, queue and alarm of it', () => {
    for (const service of services) {
      const [dashboard] = partOf(service, 'AWS::CloudWatch::Dashboard');
      const body = JSON.stringify(dashboard?.Properties.DashboardBody);
      const held = ['AWS::Lambda::Function', 'AWS::DynamoDB::Table', 'AWS::SQS::Queue'].flatMap((type) =>
        partOf(service, type),
      );
      const unseen = held.filter(({ id }) => !body.includes(`"${id}"`));

      expect(unseen.map(nameOf)).toEqual([]);
    }
  });
});

test('saved queries are such as the embedded cloud runs, each with a name of its own', () => {
  const queries = ofType('AWS::Logs::QueryDefinition').map(({ Properties }) => Properties);

  for (const { QueryString } of queries) expect(() => parseQuery(QueryString)).not.toThrow();
  expect(new Set(queries.map(({ Name }) => Name)).size).toBe(queries.length);
});
