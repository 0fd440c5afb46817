import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readAssembly } from '#lib/local-cloud/template/assembly.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'assembly-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function write(path: string, content: unknown): void {
  mkdirSync(join(directory, path, '..'), { recursive: true });
  writeFileSync(join(directory, path), typeof content === 'string' ? content : JSON.stringify(content));
}

function stackArtifact(templateFile: string, properties: object = {}, more: object = {}): object {
  return { type: 'aws:cloudformation:stack', properties: { templateFile, ...properties }, ...more };
}

describe('a cloud assembly', () => {
  test('gives its stacks in deployment order', () => {
    const template = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } };
    write('template.json', template);
    write('manifest.json', {
      version: '55.0.0',
      artifacts: {
        Order: stackArtifact(
          'template.json',
          { tags: { service: 'order' } },
          { dependencies: ['Platform', 'Order.assets'] },
        ),
        Platform: stackArtifact('template.json', { stackName: 'bazaar-platform', parameters: { Stage: 'dev' } }),
        Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      },
    });

    const { stacks } = readAssembly(directory);

    expect(stacks).toMatchObject([
      { id: 'Platform', name: 'bazaar-platform', parameters: { Stage: 'dev' }, dependencies: [], tags: {}, template },
      { id: 'Order', name: 'Order', dependencies: ['Platform'], tags: { service: 'order' } },
    ]);
  });

  test('finds file assets by their S3 key, those of nested assemblies as well', () => {
    const asset = (path: string, objectKey: string) => ({
      files: { hash: { source: { path, packaging: 'zip' }, destinations: { here: { bucketName: 'b', objectKey } } } },
    });
    write('Order.assets.json', asset('asset.1', '1.zip'));
    write('assembly-Prod/S.assets.json', asset('../asset.2', '2.zip'));
    write('assembly-Prod/S.template.json', { Resources: {} });
    write('assembly-Prod/manifest.json', {
      artifacts: {
        'S.assets': { type: 'cdk:asset-manifest', properties: { file: 'S.assets.json' } },
        ProdS: stackArtifact('S.template.json', { stackName: 'Prod-S' }),
      },
    });
    write('manifest.json', {
      artifacts: {
        'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
        'Order.assets': { type: 'cdk:asset-manifest', properties: { file: 'Order.assets.json' } },
      },
    });

    const { stacks, assets } = readAssembly(directory);

    expect(stacks.map((stack) => stack.name)).toEqual(['Prod-S']);
    expect(Object.fromEntries(assets)).toEqual({
      '1.zip': join(directory, 'asset.1'),
      '2.zip': join(directory, 'asset.2'),
    });
  });

  test('gives values to the parameters of those templates that have them, before what the app has set', () => {
    const Parameters = { Networks: { Type: 'String', Default: 'none' } };
    write('Order.template.json', { Parameters, Resources: {} });
    write('Cart.template.json', { Resources: {} });
    const parameters = { Networks: '10.0.0.0/8' };
    write('manifest.json', {
      artifacts: {
        Order: stackArtifact('Order.template.json', { parameters }),
        Cart: stackArtifact('Cart.template.json'),
      },
    });

    const { stacks } = readAssembly(directory, { parameters: { Networks: '127.0.0.0/8' } });

    const given = Object.fromEntries(stacks.map(({ id, parameters: values }) => [id, values]));
    expect(given).toEqual({ Order: { Networks: '127.0.0.0/8' }, Cart: {} });
  });

  test('gives only the stacks that are wanted, by their names, and those that they depend on', () => {
    write('template.json', { Resources: {} });
    const stack = (id: string, ...dependencies: string[]) =>
      stackArtifact('template.json', { stackName: `dev-${id}` }, { dependencies });
    write('manifest.json', {
      artifacts: {
        Order: stack('Order', 'Payment', 'Order.assets'),
        Payment: stack('Payment', 'Platform'),
        Platform: stack('Platform'),
        Cart: stack('Cart', 'Platform'),
      },
    });
    const namesOf = (stacks: string[]) => readAssembly(directory, { stacks }).stacks.map(({ name }) => name);

    expect(namesOf(['dev-Order'])).toEqual(['dev-Platform', 'dev-Payment', 'dev-Order']);
    expect(namesOf(['dev-Cart', 'dev-Platform'])).toEqual(['dev-Platform', 'dev-Cart']);
    expect(() => namesOf(['dev-Cart', 'dev-Carts'])).toThrow(
      `There is no stack dev-Carts in ${directory}: it has dev-Platform, dev-Payment, dev-Order, dev-Cart.`,
    );
  });

  test('knows the construct path of a logical id', () => {
    write('Order.template.json', { Resources: {} });
    write('Order.metadata.json', {
      '/Order/Table/Resource': [{ type: 'aws:cdk:logicalId', data: 'TableCD117FA1' }],
      '/Order': [{ type: 'aws:cdk:stack-tags', data: [] }],
    });
    write('manifest.json', {
      artifacts: { Order: stackArtifact('Order.template.json', {}, { additionalMetadataFile: 'Order.metadata.json' }) },
    });

    const [stack] = readAssembly(directory).stacks;

    expect(stack?.paths.get('TableCD117FA1')).toBe('Order/Table/Resource');
  });

  test.each([
    ['is missing', {}, /There is no synthesized app in .*: run "npm run build" and "npm run synth"/],
    ['has a broken manifest', { 'manifest.json': '{' }, /manifest\.json cannot be read: run "npm run build"/],
    ['has no artifacts', { 'manifest.json': '{}' }, /manifest\.json cannot be read/],
    [
      'lacks a template',
      { 'manifest.json': JSON.stringify({ artifacts: { A: stackArtifact('A.template.json') } }) },
      /A\.template\.json cannot be read/,
    ],
  ])('that %s is refused in one sentence', (_, files, message) => {
    for (const [path, content] of Object.entries(files)) write(path, content);

    expect(() => readAssembly(directory)).toThrow(message);
  });
});
