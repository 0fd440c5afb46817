import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Flag, LambdaCloud, until } from './lambda-cloud.ts';

let cloud: LambdaCloud;

beforeEach(() => {
  cloud = new LambdaCloud();
});

afterEach(() => cloud.stop());

describe('an execution environment', () => {
  test('sees its own variables and those of Lambda, and none of the host', async () => {
    cloud.deploy('export const handler = async () => process.env;', {
      Environment: { Variables: { TABLE: 'orders', LIMIT: 5 } },
      MemorySize: 256,
    });

    const variables = await cloud.ask();

    expect(variables).toMatchObject({
      TABLE: 'orders',
      LIMIT: '5',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'fn',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/fn',
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_ACCESS_KEY_ID: 'key of arn:aws:iam::000000000000:role/fn-role',
      _HANDLER: 'index.handler',
    });
    expect(Object.keys(variables)).not.toContain('HOME');
  });

  test('shares nothing with the environment of another function', async () => {
    cloud.deploy('globalThis.seen = (globalThis.seen ?? 0) + 1; export const handler = async () => seen;');
    cloud.deploy('export const handler = async () => globalThis.seen ?? "nothing";', { FunctionName: 'other' });

    expect(await cloud.ask()).toBe(1);
    expect(await cloud.ask({}, { FunctionName: 'other' })).toBe('nothing');
    expect(globalThis).not.toHaveProperty('seen');
  });

  test('gives the handler its context', async () => {
    cloud.deploy(
      `export const handler = async (event, context) =>
        ({ ...context, remaining: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID });`,
      { Timeout: 5, MemorySize: 512 },
    );
    const ClientContext = Buffer.from('{"app":"shop"}').toString('base64');

    const context = await cloud.ask({}, { ClientContext }, { trace: 'Root=1-abc-def;Sampled=1' });

    expect(context).toMatchObject({
      functionName: 'fn',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:fn',
      memoryLimitInMB: '512',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      logGroupName: '/aws/lambda/fn',
      logStreamName: expect.stringContaining('[$LATEST]'),
      clientContext: { app: 'shop' },
      callbackWaitsForEmptyEventLoop: true,
      trace: 'Root=1-abc-def;Sampled=1',
    });
    expect(context.remaining).toBeGreaterThan(1000);
    expect(context.remaining).toBeLessThanOrEqual(5000);
  });

  test.each([
    ['Active', 'Sampled=1'],
    ['PassThrough', 'Sampled=0'],
  ])('begins a trace of its own: %s tracing is %s', async (Mode, sampled) => {
    cloud.deploy('export const handler = async () => process.env._X_AMZN_TRACE_ID;', { TracingConfig: { Mode } });

    expect(await cloud.ask()).toMatch(new RegExp(`^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};${sampled}$`));
  });

  test('sees the time of the cloud, before and after it is moved', async () => {
    cloud.deploy(`const started = Date.now();
      export const handler = async (event, context) => ({
        started, now: Date.now(), date: new Date().getTime(), text: Date().slice(11, 15), fixed: new Date(0).toISOString(),
        isDate: new Date() instanceof Date, remaining: context.getRemainingTimeInMillis() });`);
    const before = await cloud.ask();
    const day = 24 * 60 * 60 * 1000;

    cloud.clock.advance(400 * day);
    const after = await cloud.ask();

    expect(Math.abs(before.now - Date.now())).toBeLessThan(10_000);
    expect(after.now - before.now).toBeGreaterThanOrEqual(400 * day);
    expect(after.date).toBeGreaterThanOrEqual(after.now);
    expect(after).toMatchObject({ isDate: true, fixed: '1970-01-01T00:00:00.000Z', started: before.started });
    expect(Number(after.text)).toBe(new Date(after.now).getFullYear());
    expect(after.remaining).toBeLessThanOrEqual(3000);
  });

  test.each([
    ['index.mjs', 'export const handler = async () => "esm";', 'esm'],
    ['index.cjs', 'exports.handler = async () => "cjs";', 'cjs'],
    ['index.js', 'module.exports = { handler: async () => "js" };', 'js'],
  ])('loads %s', async (file, code, expected) => {
    cloud.deploy('', { Code: { S3Bucket: 'assets', S3Key: cloud.asset(code, file) } });

    expect(await cloud.ask()).toBe(expected);
  });

  test('runs code that the template carries itself', async () => {
    cloud.deploy('', { Code: { ZipFile: 'exports.handler = async () => "inline";' } });

    expect(await cloud.ask()).toBe('inline');
  });

  test('follows a handler in a folder and in an object', async () => {
    cloud.deploy('export const api = { get: async () => "nested" };', { Handler: 'index.api.get' });

    expect(await cloud.ask()).toBe('nested');
  });
});

describe('the log of a function', () => {
  test('has the lines of the platform around those of the function', async () => {
    cloud.deploy(`console.log('cold');
      export const handler = async () => { console.warn('careful', { a: 1 }); process.stdout.write('raw\\nrest'); };`);

    await cloud.invoke();
    await cloud.invoke();

    const id = cloud.logs.find(({ requestId }) => requestId)?.requestId;
    expect(cloud.messages().slice(0, 7)).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z\tundefined\tINFO\tcold$/),
      `START RequestId: ${id} Version: $LATEST`,
      expect.stringMatching(new RegExp(`^[^\\t]+\\t${id}\\tWARN\\tcareful { a: 1 }$`)),
      'raw',
      'rest',
      `END RequestId: ${id}`,
      expect.stringMatching(
        new RegExp(
          `^REPORT RequestId: ${id}\\tDuration: [\\d.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB\\tMax Memory Used: \\d+ MB\\tInit Duration: [\\d.]+ ms$`,
        ),
      ),
    ]);
    expect(cloud.messages().at(-1)).not.toContain('Init Duration');
    expect(cloud.logs[0]).toMatchObject({ functionName: 'fn', logGroup: '/aws/lambda/fn' });
  });

  test('goes to CloudWatch Logs, into the group of the function', async () => {
    const events: unknown[] = [];
    const logs = { write: (...event: unknown[]) => void events.push(event) };
    const other = new LambdaCloud({ logs });
    other.deploy('export const handler = async () => {};', { LoggingConfig: { LogGroup: '/shop/fn' } });

    await other.invoke();
    await other.stop();

    expect(events[0]).toEqual([
      '/shop/fn',
      expect.stringContaining('[$LATEST]'),
      [{ timestamp: expect.any(Number), message: expect.stringMatching(/^START/) }],
    ]);
  });

  test('is JSON when the function wants it, from the level that it wants', async () => {
    cloud.deploy(
      `export const handler = async () => {
        console.log({ order: 1 }); console.debug('not this'); console.error('failed: %s', 'x', new RangeError('deep'));
      };`,
      { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' } },
    );

    await cloud.invoke();

    const [start, info, error, report] = cloud.messages().map((message) => JSON.parse(message));
    const { requestId } = start.record;
    expect(start).toMatchObject({ type: 'platform.start', record: { version: '$LATEST' } });
    expect(info).toMatchObject({ level: 'INFO', requestId, message: { order: 1 } });
    expect(error).toMatchObject({ level: 'ERROR', requestId, errorType: 'RangeError', errorMessage: 'deep' });
    expect(report).toMatchObject({
      type: 'platform.report',
      record: { requestId, status: 'success', metrics: { memorySizeMB: 128, initDurationMs: expect.any(Number) } },
    });
    expect(cloud.messages()).toHaveLength(4);
  });

  test('keeps what was printed before the environment was killed', async () => {
    cloud.deploy('export const handler = async () => { console.log("last words"); for (;;); };', { Timeout: 1 });

    await cloud.invoke();

    expect(cloud.messages()).toEqual([
      expect.stringMatching(/^START/),
      expect.stringContaining('last words'),
      expect.stringMatching(/ Task timed out after 1\.00 seconds$/),
      expect.stringMatching(/^END/),
      expect.stringMatching(/^REPORT .*\tStatus: timeout/),
    ]);
  });

  test('says why an invocation failed', async () => {
    cloud.deploy('export const handler = async () => { throw Object.assign(new Error("no"), { code: "E1" }); };');

    await cloud.invoke();

    expect(cloud.messages()[1]).toMatch(/\tERROR\tInvoke Error\t\{"errorType":"Error","errorMessage":"no","code":"E1"/);
  });
});

describe('the code of a function', () => {
  test('can be replaced while a call runs on the old code', async () => {
    cloud.deploy(`import { existsSync } from 'node:fs';
      export const handler = async ({ hold }) => {
        console.log('begun');
        while (!existsSync(hold)) await new Promise((resolve) => setTimeout(resolve, 5));
        return 'old';
      };`);
    const flag = new Flag(cloud);
    const running = cloud.ask({ hold: flag.path });
    await until(() => cloud.messages().some((message) => message.includes('begun')));

    const newCode = cloud.asset('export const handler = async () => "new " + process.env.MODE;');
    await cloud.lambda.swapCode('fn', cloud.directory(newCode), { MODE: 'reloaded' });

    expect(await cloud.ask()).toBe('new reloaded');
    flag.raise();
    expect(await running).toBe('old');
  });

  test('is loaded by a warm-up before the first call', async () => {
    cloud.deploy('console.log("loaded"); export const handler = async () => "ready";');

    await cloud.lambda.warmUp();

    expect(cloud.messages()).toEqual([expect.stringContaining('loaded')]);
    expect(await cloud.ask()).toBe('ready');
    expect(cloud.messages().filter((message) => message.includes('loaded'))).toHaveLength(1);
  });
});
