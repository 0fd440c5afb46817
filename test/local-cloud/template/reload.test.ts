import { describe, expect, test } from '@jest/globals';
import type { StackTemplate } from '#lib/local-cloud/template/assembly.ts';
import { typeLookup } from '#lib/local-cloud/template/provision.ts';
import { type Reloaded, reload } from '#lib/local-cloud/template/reload.ts';
import type { Template } from '#lib/local-cloud/template/template.ts';
import { anAssembly, aStack, FakeCloud } from './stacks.ts';

const FUNCTION = 'AWS::Lambda::Function';

function aFunction(properties: object = {}, resources: Template['Resources'] = {}): StackTemplate {
  const Properties = {
    Code: { S3Key: 'old.zip' },
    MemorySize: 128,
    Environment: { Variables: { TABLE: { Ref: 'Table' } } },
  };
  return aStack('Shop', {
    Resources: {
      Place: { Type: FUNCTION, Properties: { ...Properties, ...properties } },
      Table: { Type: 'AWS::Test::Table' },
      ...resources,
    },
  });
}

class ReloadedCloud {
  readonly swaps: unknown[][] = [];
  readonly #cloud = new FakeCloud()
    .with(FUNCTION, { Code: true, MemorySize: true, Environment: true })
    .with('AWS::Test::Table');

  get functionName(): string | undefined {
    return this.#cloud.deployment.find('Shop')?.resources.get('Place')?.physical.ref;
  }

  get tableName(): string | undefined {
    return this.#cloud.deployment.find('Shop')?.resources.get('Table')?.physical.ref;
  }

  async deploy(...stacks: StackTemplate[]): Promise<this> {
    await this.#cloud.deploy(...stacks);
    return this;
  }

  reload(...stacks: StackTemplate[]): Promise<Reloaded> {
    const { context, deployment } = this.#cloud;
    const assembly = {
      ...anAssembly(...stacks),
      assets: new Map([
        ['new.zip', 'cdk.out/asset.new'],
        ['old.zip', 'cdk.out/asset.old'],
      ]),
    };
    return reload(assembly, {
      context,
      deployment,
      types: typeLookup(this.#cloud.modules, context),
      swapCode: async (...swap) => void this.swaps.push(swap),
      shift: () => {
        throw new Error('nothing is shifted here');
      },
    });
  }
}

describe('a reload', () => {
  test('has nothing to do when nothing has changed', async () => {
    const cloud = await new ReloadedCloud().deploy(aFunction());

    expect(await cloud.reload(aFunction())).toEqual({ swapped: [], needRestart: [] });
    expect(cloud.swaps).toEqual([]);
  });

  test('swaps the code of a function', async () => {
    const cloud = await new ReloadedCloud().deploy(aFunction());

    const reloaded = await cloud.reload(aFunction({ Code: { S3Key: 'new.zip' } }));

    expect(reloaded).toEqual({ swapped: ['Shop/Place (AWS::Lambda::Function)'], needRestart: [] });
    expect(cloud.swaps).toEqual([[cloud.functionName, 'cdk.out/asset.new', { TABLE: cloud.tableName }]]);
  });

  test('swaps code once, until it changes again', async () => {
    const cloud = await new ReloadedCloud().deploy(aFunction());
    await cloud.reload(aFunction({ Code: { S3Key: 'new.zip' } }));

    await cloud.reload(aFunction({ Code: { S3Key: 'new.zip' } }));
    expect(cloud.swaps).toHaveLength(1);

    await cloud.reload(aFunction());
    expect(cloud.swaps).toHaveLength(2);
  });

  test('swaps the variables of a function', async () => {
    const cloud = await new ReloadedCloud().deploy(aFunction());

    await cloud.reload(aFunction({ Environment: { Variables: { LEVEL: 'DEBUG' } } }));
    await cloud.reload(aFunction({ Environment: undefined }));

    expect(cloud.swaps).toEqual([
      [cloud.functionName, 'cdk.out/asset.old', { LEVEL: 'DEBUG' }],
      [cloud.functionName, 'cdk.out/asset.old', {}],
    ]);
  });

  test('names what needs a restart, again until it comes', async () => {
    const cloud = await new ReloadedCloud().deploy(
      aFunction({}, { Gone: { Type: 'AWS::Test::Table' } }),
      aStack('Old', {}),
    );
    const changed = aFunction({ MemorySize: 256 }, { Added: { Type: 'AWS::Test::Table' } });
    changed.template.Parameters = { Stage: { Type: 'String', Default: 'dev' } };
    const needRestart = [
      'Shop: the section Parameters has changed.',
      'Shop/Place (AWS::Lambda::Function): MemorySize changed.',
      'Shop/Gone (AWS::Test::Table): the resource is gone.',
      'Shop/Added (AWS::Test::Table): the resource is new.',
      'New: the stack is new.',
      'Old: the stack is gone.',
    ];

    for (const _ of [1, 2])
      expect(await cloud.reload(changed, aStack('New', {}))).toEqual({ swapped: [], needRestart });
  });

  test('does not swap code that needs a resource that is not there yet', async () => {
    const cloud = await new ReloadedCloud().deploy(aFunction());

    const { swapped, needRestart } = await cloud.reload(
      aFunction({ Environment: { Variables: { QUEUE: { Ref: 'Queue' } } } }, { Queue: { Type: 'AWS::Test::Table' } }),
    );

    expect(swapped).toEqual([]);
    expect(needRestart).toEqual([
      'Shop/Place (AWS::Lambda::Function): Environment changed.',
      'Shop/Queue (AWS::Test::Table): the resource is new.',
    ]);
  });
});
