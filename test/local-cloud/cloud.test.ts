import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Cloud, type CloudOptions, startCloud } from '#lib/local-cloud/cloud.ts';
import { OPERATOR } from '#lib/local-cloud/core/service.ts';
import { sharedDatabase } from '../setup/shared-database.ts';
import { aFunction, anHttpApi, CloudApp } from './cloud-app.ts';

const GREETER = `export const handler = async () => ({ greeting: process.env.GREETING, queue: process.env.QUEUE });`;
const LOUD_GREETER = `export const handler = async () => ({ greeting: process.env.GREETING.toUpperCase() });`;
const SEEDER = `export const handler = async (event) => {
  const Data = { Greeting: event.ResourceProperties.Greeting + ' from ' + event.LogicalResourceId };
  const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'seed', Data });
  await fetch(event.ResponseURL, { method: 'PUT', body });
};`;

/** Two stacks: the second reads the first's queue from the Parameter Store, and is written down before it. */
function stacks({ asset = 'greeter', memory = 128 } = {}) {
  const greeter = aFunction('Greeter', asset, {
    variables: { GREETING: { 'Fn::GetAtt': ['Seed', 'Greeting'] }, QUEUE: { Ref: 'QueueUrl' } },
  });
  Object.assign(greeter.Greeter?.Properties ?? {}, { MemorySize: memory });
  return {
    Web: {
      Parameters: { QueueUrl: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/shop/queue' } },
      Resources: {
        ...aFunction('Seeder', 'seeder'),
        Seed: {
          Type: 'Custom::Seed',
          Properties: { ServiceToken: { 'Fn::GetAtt': ['Seeder', 'Arn'] }, Greeting: 'hello' },
        },
        ...greeter,
        ...anHttpApi('Greeter'),
      },
      Outputs: { Url: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
    },
    Base: {
      Resources: {
        Queue: { Type: 'AWS::SQS::Queue' },
        QueueUrl: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Name: '/shop/queue', Type: 'String', Value: { Ref: 'Queue' } },
        },
      },
    },
  };
}

const apps: CloudApp[] = [];
const clouds: Cloud[] = [];

function anApp(): CloudApp {
  const app = new CloudApp();
  apps.push(app);
  app.addAssets({ greeter: GREETER, seeder: SEEDER, 'loud-greeter': LOUD_GREETER });
  app.synthesize(stacks());
  return app;
}

async function start({ directory }: CloudApp, options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const cloud = await startCloud({ assemblyDir: directory, apiPort: 0, awsPort: 0, ...sharedDatabase(), ...options });
  clouds.push(cloud);
  return cloud;
}

/** A promise and what fulfils it. */
afterAll(async () => {
  await Promise.all(clouds.map((cloud) => cloud.stop()));
  for (const app of apps) rmSync(app.directory, { recursive: true });
});

describe('the cloud', () => {
  let cloud: Cloud;

  beforeAll(async () => {
    cloud = await start(anApp());
  });

  test('serves the HTTP API of a template', async () => {
    const url = cloud.outputs('Web').Url as string;

    expect(cloud.apis()).toEqual([{ apiId: expect.any(String), name: 'shop', url }]);
    expect(await (await fetch(url)).json()).toEqual({
      greeting: 'hello from Seed',
      queue: cloud.physicalId('Base', 'Queue'),
    });
  });

  test('serves the APIs of AWS', async () => {
    const body = new URLSearchParams({ Action: 'ListStackResources', Version: '2010-05-15', StackName: 'Base' });
    const answer = await (await fetch(cloud.awsUrl, { method: 'POST', body })).text();

    expect(answer).toContain('<LogicalResourceId>QueueUrl</LogicalResourceId>');
    expect(answer).toContain('<PhysicalResourceId>/shop/queue</PhysicalResourceId>');
  });

  test('finds resources by type', () => {
    expect(cloud.resources('AWS::Lambda::Function').map((resource) => resource.logicalId)).toEqual([
      'Seeder',
      'Greeter',
    ]);
  });

  test('lets interceptors around its API fail a call', async () => {
    const remove = cloud.api.use(async ({ action }, next) => {
      if (action === 'SendMessage') throw new Error('on purpose');
      return next();
    });
    const send = () =>
      cloud.api.call(
        'sqs',
        'SendMessage',
        { QueueUrl: cloud.physicalId('Base', 'Queue'), MessageBody: 'x' },
        { caller: OPERATOR },
      );

    await expect(send()).rejects.toThrow('on purpose');
    remove();
    await expect(send()).resolves.toMatchObject({ MessageId: expect.any(String) });
  });
});

describe('a reload', () => {
  test('takes over new code, and says what else needs a restart', async () => {
    const app = anApp();
    const cloud = await start(app);

    app.synthesize(stacks({ asset: 'loud-greeter' }));
    expect(await cloud.reload()).toEqual({ swapped: ['Web/Greeter (AWS::Lambda::Function)'], needRestart: [] });
    expect(await (await fetch(cloud.outputs('Web').Url as string)).json()).toEqual({ greeting: 'HELLO FROM SEED' });

    app.synthesize(stacks({ asset: 'loud-greeter', memory: 256 }));
    expect(await cloud.reload()).toEqual({
      swapped: [],
      needRestart: ['Web/Greeter (AWS::Lambda::Function): MemorySize changed.'],
    });
  });
});

describe('a cloud that cannot start', () => {
  test('says what its templates ask for', async () => {
    const app = anApp();
    app.synthesize({ Web: { Resources: { Api: anHttpApi('Nobody').Api as never, Vpc: { Type: 'AWS::EC2::VPC' } } } });

    await expect(start(app)).rejects.toThrow(
      'Web/Vpc (AWS::EC2::VPC): the resource type is not run by the embedded cloud.',
    );
  });

  test('says which synthesis is missing', async () => {
    await expect(startCloud({ assemblyDir: 'nowhere', awsPort: 0 })).rejects.toThrow(
      /There is no synthesized app in nowhere .*: run "npm run build" and "npm run synth"/,
    );
  });
});

describe('a stopped cloud', () => {
  test('answers nobody', async () => {
    const cloud = await start(anApp());
    const { awsUrl } = cloud;

    await Promise.all([cloud.stop(), cloud.stop()]);

    await expect(fetch(awsUrl)).rejects.toThrow('fetch failed');
  });

  test('does not warn of what was under way', async () => {
    const warnings: string[] = [];
    const cloud = await start(anApp(), { log: { info() {}, warn: (line) => warnings.push(line) } });
    const begun = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const refused = Promise.withResolvers<void>();
    cloud.services.lambda.use(async (_, next) => {
      begun.resolve();
      await released.promise;
      return next().finally(refused.resolve);
    });
    void fetch(cloud.outputs('Web').Url as string).catch(() => 'cut off');

    await begun.promise;
    await cloud.stop();
    released.resolve();

    await refused.promise;
    await setImmediate();
    expect(warnings).toEqual([]);
  });
});
