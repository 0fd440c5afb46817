import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ServiceEvent } from '#lib/local-cloud/core/service-event.ts';
import type { Endpoint } from '#lib/local-cloud/core/wire.ts';
import { createSsm, type Ssm } from '#lib/local-cloud/ssm/ssm.ts';
import { clientSettings, createTestCloud, type TestCloud } from '../core/test-cloud.ts';

let cloud: TestCloud;
let ssm: Ssm;
let endpoint: Endpoint;
let client: SSMClient;
let emitted: ServiceEvent[];

beforeEach(async () => {
  cloud = createTestCloud();
  emitted = [];
  ssm = cloud.register(createSsm(cloud.context, { emit: (event) => emitted.push(event) }));
  endpoint = await cloud.listen();
  client = new SSMClient(clientSettings(endpoint));
});

afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

const put = (Name: string, Value: string, more: Partial<ConstructorParameters<typeof PutParameterCommand>[0]> = {}) =>
  client.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));

describe('AWS::SSM::Parameter', () => {
  test('can be read by name, by ARN and from inside', async () => {
    const parameter = await cloud.create('AWS::SSM::Parameter', { Name: '/shop/limit', Type: 'String', Value: '50' });
    const arn = 'arn:aws:ssm:us-east-1:000000000000:parameter/shop/limit';

    const byName = await client.send(new GetParameterCommand({ Name: '/shop/limit', WithDecryption: true }));
    const byArn = await client.send(new GetParameterCommand({ Name: arn }));

    expect(parameter).toEqual({ ref: '/shop/limit', attributes: { Type: 'String', Value: '50' } });
    expect(byName.Parameter).toMatchObject({ Name: '/shop/limit', Type: 'String', Value: '50', Version: 1, ARN: arn });
    expect(byName.Parameter?.LastModifiedDate).toBeInstanceOf(Date);
    expect(byArn.Parameter?.Value).toBe('50');
    expect(ssm.getParameterValue('/shop/limit')).toBe('50');
  });

  test('gets a name from its place in the template when it has none', async () => {
    const { ref } = await cloud.create('AWS::SSM::Parameter', { Type: 'StringList', Value: 'a,b' });

    expect(ssm.getParameterValue(ref)).toBe('a,b');
  });

  test('has to fit its allowed pattern', async () => {
    const properties = { Name: 'p', Type: 'String', Value: 'abc', AllowedPattern: '^\\d+$' };

    await expect(cloud.create('AWS::SSM::Parameter', properties)).rejects.toMatchObject({
      code: 'ParameterPatternMismatchException',
    });
  });
});

describe('PutParameter', () => {
  test('makes a version at every write', async () => {
    await put('limit', '1');
    const second = await put('limit', '2', { Overwrite: true, Type: undefined });
    const third = await put('limit', '3', { Overwrite: true });

    expect([second.Version, third.Version]).toEqual([2, 3]);
    expect(ssm.getParameterValue('limit')).toBe('3');
    expect(ssm.getParameterValue('limit:2')).toBe('2');
    const selected = await client.send(new GetParameterCommand({ Name: 'limit:1' }));
    expect(selected.Parameter).toMatchObject({ Value: '1', Version: 1, Selector: ':1' });
    const history = await client.send(new GetParameterHistoryCommand({ Name: 'limit' }));
    expect(history.Parameters?.map(({ Value }) => Value)).toEqual(['1', '2', '3']);
  });

  test('does not overwrite unasked', async () => {
    await put('limit', '1');

    await expect(put('limit', '2')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  });

  test.each([
    ['a secure string', { Type: 'SecureString' as const }, /does not model the parameter type SecureString/],
    ['no type for a new parameter', { Type: undefined }, /type is required/],
    ['a value that is too long', { Value: 'x'.repeat(4097) }, /4096/],
    ['a field that is not modelled', { Policies: '[]' }, /does not model Policies of ssm:PutParameter/],
  ])('refuses %s', async (_, more, message) => {
    await expect(put('limit', '1', more)).rejects.toThrow(message);
  });
});

describe('reading parameters', () => {
  beforeEach(async () => {
    for (const name of ['/shop/a', '/shop/b', '/shop/deep/c', '/other/d']) await put(name, name);
  });

  test('answers several at once, and which are missing', async () => {
    const answer = await client.send(new GetParametersCommand({ Names: ['/shop/b', '/nothing', '/shop/a:9'] }));

    expect(answer.Parameters?.map(({ Value }) => Value)).toEqual(['/shop/b']);
    expect(answer.InvalidParameters).toEqual(['/nothing', '/shop/a:9']);
  });

  test.each([
    [{ Path: '/shop' }, ['/shop/a', '/shop/b']],
    [{ Path: '/shop/', Recursive: true }, ['/shop/a', '/shop/b', '/shop/deep/c']],
    [{ Path: '/sho', Recursive: true }, []],
    [{ Path: '/', Recursive: true, MaxResults: 2 }, ['/other/d', '/shop/a']],
  ])('finds by path: %j', async (input, names) => {
    const answer = await client.send(new GetParametersByPathCommand(input));

    expect(answer.Parameters?.map(({ Name }) => Name)).toEqual(names);
  });

  test('goes on where a page ended', async () => {
    const first = await client.send(new DescribeParametersCommand({ MaxResults: 3 }));
    const second = await client.send(new DescribeParametersCommand({ MaxResults: 3, NextToken: first.NextToken }));

    expect(first.Parameters).toHaveLength(3);
    expect(second.Parameters?.map(({ Name }) => Name)).toEqual(['/shop/deep/c']);
    expect(second.NextToken).toBeUndefined();
  });

  test.each([
    [{ Key: 'Name', Option: 'Contains', Values: ['deep'] }, ['/shop/deep/c']],
    [{ Key: 'Name', Values: ['/shop/a'] }, ['/shop/a']],
    [{ Key: 'Type', Values: ['StringList'] }, []],
    [{ Key: 'Path', Option: 'Recursive', Values: ['/other'] }, ['/other/d']],
  ])('describes by filter: %j', async (filter, names) => {
    const answer = await client.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));

    expect(answer.Parameters?.map(({ Name }) => Name)).toEqual(names);
  });

  test.each([
    [{ Key: 'tag:team', Values: ['a'] }, 'InvalidFilterKey'],
    [{ Key: 'Name', Option: 'Sounds', Values: ['a'] }, 'InvalidFilterOption'],
  ])('refuses the filter %j', async (filter, name) => {
    const description = client.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));

    await expect(description).rejects.toMatchObject({ name });
  });

  test.each([
    ['/nothing', 'ParameterNotFound'],
    ['/shop/a:7', 'ParameterVersionNotFound'],
  ])('fails for %s', async (name, code) => {
    await expect(client.send(new GetParameterCommand({ Name: name }))).rejects.toMatchObject({ name: code });
  });
});

describe('deleting parameters', () => {
  test('takes them away with their versions', async () => {
    await put('a', '1');
    await put('b', '1');

    await client.send(new DeleteParameterCommand({ Name: 'a' }));
    const answer = await client.send(new DeleteParametersCommand({ Names: ['a', 'b'] }));

    expect(answer).toMatchObject({ DeletedParameters: ['b'], InvalidParameters: ['a'] });
    await expect(client.send(new DeleteParameterCommand({ Name: 'b' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });
});

describe('a role', () => {
  test('reads the parameters that its policy names, and no others', async () => {
    const Resource = 'arn:aws:ssm:us-east-1:000000000000:parameter/shop/*';
    const roleArn = await cloud.createRole('Reader', { Effect: 'Allow', Action: 'ssm:GetParameter', Resource });
    await put('/shop/limit', '50');
    await put('/bank/limit', '50');
    const reader = new SSMClient(clientSettings(endpoint, cloud.iam.credentialsFor(roleArn)));

    const allowed = await reader.send(new GetParameterCommand({ Name: '/shop/limit' }));
    const refused = reader.send(new GetParameterCommand({ Name: '/bank/limit' }));

    expect(allowed.Parameter?.Value).toBe('50');
    await expect(refused).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /ssm:GetParameter on resource: .*parameter\/bank\/limit because no identity-based/,
      ),
    });
    reader.destroy();
  });
});

describe('a change of a parameter', () => {
  const change = (operation: string) => ({
    source: 'aws.ssm',
    detailType: 'Parameter Store Change',
    resources: ['arn:aws:ssm:us-east-1:000000000000:parameter/shop/limit'],
    detail: { operation, name: '/shop/limit', type: 'String', description: '' },
  });

  test('is told as an event, whoever made it', async () => {
    await cloud.create('AWS::SSM::Parameter', { Name: '/shop/limit', Type: 'String', Value: '50' });
    await put('/shop/limit', '51', { Overwrite: true });
    await client.send(new DeleteParameterCommand({ Name: '/shop/limit' }));

    expect(emitted).toEqual([change('Create'), change('Update'), change('Delete')]);
  });

  test('that did not happen is not told', async () => {
    await client.send(new DeleteParameterCommand({ Name: '/shop/limit' })).catch(() => {});
    await client.send(new DeleteParametersCommand({ Names: ['/shop/limit'] }));

    expect(emitted).toEqual([]);
  });
});
