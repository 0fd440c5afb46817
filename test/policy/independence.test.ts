import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Found, productionAssembly, resourcesIn, root, synthesizeInto, templatesIn } from './templates.ts';

const assembly = join(root, 'cdk.out');

let folder: string;

let production: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bazaar-stacks-'));
  production = await productionAssembly();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the stacks', () => {
  test('neither export nor import anything', () => {
    const tied = Object.entries(templatesIn(assembly)).filter(([, text]) =>
      /"(Fn::ImportValue|Fn::GetStackOutput|Export)":/.test(text),
    );

    expect(tied.map(([stack]) => stack)).toEqual([]);
  });

  test('differ in one only when one handler has changed', () => {
    cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
    appendFileSync(join(folder, 'dist/order/get-order/index.js'), '\n// changed\n');

    synthesizeInto(join(folder, 'changed'), { cwd: folder });

    const before = templatesIn(assembly);
    const after = templatesIn(join(folder, 'changed'));
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(Object.keys(after).filter((stack) => after[stack] !== before[stack])).toEqual(['Bazaar-Order']);
    const old = new Map(resourcesIn(assembly).map((resource) => [`${resource.stack} ${resource.id}`, resource]));
    const changed = resourcesIn(join(folder, 'changed')).filter(
      (resource) => JSON.stringify(old.get(`${resource.stack} ${resource.id}`)) !== JSON.stringify(resource),
    );
    expect(changed.map(({ Type, id }) => `${Type} ${id.replace(/[0-9A-F]{8}([0-9a-f]{32})?$/, '')}`).sort()).toEqual([
      'AWS::Lambda::Alias GetOrderLive',
      'AWS::Lambda::Function GetOrder',
      'AWS::Lambda::Version GetOrderCurrentVersion',
    ]);
  });
});

/** What would be lost, or known by another name, if CloudFormation made it anew. */
const STATEFUL = [
  'AWS::ApiGatewayV2::Api',
  'AWS::DynamoDB::Table',
  'AWS::Events::Archive',
  'AWS::Events::EventBus',
  'AWS::KMS::Key',
  'AWS::SecretsManager::Secret',
];

/** Circuits are forgotten in a minute; lists and webhooks go on with new keys; the sandbox is a toy. */
const NOTHING_TO_KEEP = /^Bazaar-Sandbox |^Bazaar-[\w-]+ (Circuits|CursorKey)[0-9A-F]{8}$/;

const nameOf = ({ stack, id }: { stack: string; id: string }) => `${stack} ${id}`;

describe('what is stateful', () => {
  // A line that changes is a table, key or address that is made anew, empty: decide that, then change the list.
  test('has the logical ids that it always had', () => {
    const pinned = JSON.parse(readFileSync(join(__dirname, 'stateful-resources.json'), 'utf8'));

    const found = resourcesIn(assembly, ...STATEFUL).map((resource) => [nameOf(resource), resource.Type]);

    expect(Object.fromEntries(found)).toEqual(pinned);
  });

  test('is kept, protected and backed up in production', () => {
    const kept = resourcesIn(production, ...STATEFUL).filter((resource) => !NOTHING_TO_KEEP.test(nameOf(resource)));
    const lost = kept.filter(
      ({ DeletionPolicy, UpdateReplacePolicy }) => DeletionPolicy !== 'Retain' || UpdateReplacePolicy !== 'Retain',
    );
    const tables = kept.filter(({ Type }) => Type === 'AWS::DynamoDB::Table');
    const { artifacts } = JSON.parse(readFileSync(join(production, 'manifest.json'), 'utf8'));

    expect(lost.map(nameOf)).toEqual([]);
    expect(tables.length).toBeGreaterThan(8);
    for (const { Properties } of tables) {
      expect(Properties).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
      });
    }
    for (const stack of Object.keys(templatesIn(production))) {
      expect(artifacts[stack].properties).toMatchObject({ terminationProtection: true });
    }
  });
});

describe('in production', () => {
  const ofType = (type: string) => resourcesIn(production, type);

  test('new versions of all functions get their calls step by step, and lose them on an alarm', () => {
    const groups = new Map(
      ofType('AWS::CodeDeploy::DeploymentGroup').map((group) => [nameOf(group), group.Properties]),
    );
    const groupOf = ({ stack, UpdatePolicy }: Found) => {
      const name = UpdatePolicy?.CodeDeployLambdaAliasUpdate?.DeploymentGroupName.Ref;
      return name && groups.get(nameOf({ stack, id: name }));
    };

    const aliases = ofType('AWS::Lambda::Alias');
    const alarms = aliases.map((alias) => groupOf(alias)?.AlarmConfiguration.Alarms.length);

    expect(aliases.length).toBe(ofType('AWS::Lambda::Function').length);
    expect(new Set(aliases.map((alias) => groupOf(alias)?.DeploymentConfigName))).toEqual(
      new Set(['CodeDeployDefault.LambdaCanary10Percent5Minutes']),
    );
    // Its failures, its slowness, and for what has a part in the saga that.
    expect(new Set(alarms)).toEqual(new Set([2, 3]));
  });

  test('each stack finds at its first deployment what it reads, left by those before it', () => {
    const { artifacts } = JSON.parse(readFileSync(join(production, 'manifest.json'), 'utf8'));
    const earlierThan = (stack: string): string[] =>
      (artifacts[stack].dependencies ?? [])
        .filter((id: string) => id.startsWith('Bazaar-') && !id.endsWith('.assets'))
        .flatMap((id: string) => [id, ...earlierThan(id)]);
    const leftBy = new Map(ofType('AWS::SSM::Parameter').map(({ stack, Properties }) => [Properties.Name, stack]));

    const missing = Object.entries(templatesIn(production)).flatMap(([stack, text]) => {
      const parameters: { Type: string; Default: string }[] = Object.values(JSON.parse(text).Parameters ?? {});
      const read = parameters.filter(({ Type }) => Type.startsWith('AWS::SSM::Parameter::Value'));
      const own = read.map(({ Default }) => Default).filter((name) => name.startsWith('/bazaar/'));
      return own
        .filter((name) => !earlierThan(stack).includes(leftBy.get(name) ?? ''))
        .map((name) => `${stack} ${name}`);
    });

    expect(missing).toEqual([]);
  });

  test('one role more moves the aliases, of this stage alone', () => {
    const sagas = ofType('AWS::StepFunctions::StateMachine').length;
    const roles = ofType('AWS::IAM::Role');
    const policies = JSON.stringify(ofType('AWS::IAM::Policy').filter(({ stack }) => stack === 'Bazaar-Platform'));

    expect(roles.length).toBe(ofType('AWS::Lambda::Function').length + sagas + 1);
    expect(policies).toContain(':function:Bazaar-prod-*"');
    expect(policies.match(/\*"/g)).toHaveLength(2);
  });
});
