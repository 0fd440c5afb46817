import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LambdaCloud } from './lambda-cloud.ts';

let cloud: LambdaCloud;

beforeEach(() => {
  cloud = new LambdaCloud();
});

afterEach(() => cloud.stop());

describe('Invoke', () => {
  test('answers with what the handler returns', async () => {
    cloud.deploy('export const handler = async (event) => ({ hello: event.name });');

    const output = await cloud.invoke({ name: 'Ada' });

    expect(output).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(output.FunctionError).toBeUndefined();
    expect(JSON.parse(String(output.Payload))).toEqual({ hello: 'Ada' });
  });

  test('answers null when the handler returns nothing', async () => {
    cloud.deploy('export const handler = async () => {};');

    expect(String((await cloud.invoke()).Payload)).toBe('null');
  });

  test('takes a call without a payload as an empty object', async () => {
    cloud.deploy('export const handler = async (event) => event;');

    const output = await cloud.call('Invoke', { FunctionName: 'fn' });

    expect(String(output.Payload)).toBe('{}');
  });

  test('keeps the state of a warm environment', async () => {
    cloud.deploy('let calls = 0; export const handler = async () => ++calls;');

    expect([await cloud.ask(), await cloud.ask(), await cloud.ask()]).toEqual([1, 2, 3]);
  });

  test.each([
    ['a name', 'fn'],
    ['a partial ARN', '000000000000:function:fn'],
    ['an ARN', 'arn:aws:lambda:us-east-1:000000000000:function:fn'],
    ['an ARN with a qualifier', 'arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST'],
    ['a name with a qualifier', 'fn:$LATEST'],
  ])('finds the function by %s', async (_form, FunctionName) => {
    cloud.deploy('export const handler = async () => "here";');

    expect(await cloud.ask({}, { FunctionName })).toBe('here');
  });

  test('refuses a function that does not exist', async () => {
    await expect(cloud.invoke({}, { FunctionName: 'nobody' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody',
    });
  });

  test('asks IAM for lambda:InvokeFunction on the qualified ARN', () => {
    const invoke = cloud.lambda.operations.Invoke;

    expect(invoke?.iamAction).toBe('lambda:InvokeFunction');
    expect(invoke?.resources({ FunctionName: 'fn', Qualifier: 'live' })).toEqual([
      'arn:aws:lambda:us-east-1:000000000000:function:fn:live',
    ]);
  });

  test('only checks when it is a dry run', async () => {
    cloud.deploy('throw new Error("not loaded");');

    expect(await cloud.invoke({}, { InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 });
  });

  test('refuses what is not JSON', async () => {
    cloud.deploy('export const handler = async () => {};');

    await expect(cloud.invoke({}, { Payload: '{' })).rejects.toMatchObject({ code: 'InvalidRequestContentException' });
  });

  test.each([
    ['RequestResponse', 6_291_456],
    ['Event', 1_048_576],
  ])('refuses a payload over the limit of %s', async (InvocationType, limit) => {
    cloud.deploy('export const handler = async () => {};');

    await expect(cloud.invoke('x'.repeat(limit), { InvocationType })).rejects.toMatchObject({
      code: 'RequestTooLargeException',
      status: 413,
    });
  });

  test('fails a response over 6 MB', async () => {
    cloud.deploy('export const handler = async () => "x".repeat(6 * 1024 * 1024 + 1000);');

    const output = await cloud.invoke();

    expect(output.FunctionError).toBe('Unhandled');
    expect(JSON.parse(String(output.Payload)).errorType).toBe('Function.ResponseSizeTooLarge');
  });

  test('gives the end of the log to who asks for it', async () => {
    cloud.deploy('export const handler = async () => { console.log("a line"); };');

    const output = await cloud.invoke({}, { LogType: 'Tail' });

    const tail = Buffer.from(output.LogResult ?? '', 'base64').toString();
    expect(tail).toMatch(/^START RequestId: /);
    expect(tail).toContain('a line');
  });
});

describe('a function that fails', () => {
  test('answers with the error of the handler', async () => {
    cloud.deploy(`
      class OutOfStock extends Error { name = 'OutOfStock'; }
      export const handler = async () => { throw new OutOfStock('none left'); };`);

    const output = await cloud.invoke();

    expect(output).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(String(output.Payload))).toEqual({
      errorType: 'OutOfStock',
      errorMessage: 'none left',
      trace: expect.arrayContaining(['OutOfStock: none left']),
    });
  });

  test('keeps its environment after an error of the handler', async () => {
    cloud.deploy(
      'let calls = 0; export const handler = async () => { if (++calls === 1) throw new Error(); return calls; };',
    );

    await cloud.invoke();

    expect(await cloud.ask()).toBe(2);
  });

  test.each([
    ['a string', '"oh"', { errorType: 'string', errorMessage: 'oh', trace: [] }],
    ['undefined', 'undefined', { errorType: 'undefined', errorMessage: 'undefined', trace: [] }],
  ])('describes %s that was thrown', async (_what, thrown, expected) => {
    cloud.deploy(`export const handler = async () => { throw ${thrown}; };`);

    expect(await cloud.ask()).toEqual(expected);
  });

  test.each([
    ['an answer that is no JSON', 'return 1n;', 'Runtime.JSONStringifyError', /Unable to stringify response body/],
    ['a promise nobody settles', 'return new Promise(() => {});', 'Runtime.NodeJsExit', /never settled/],
    [
      'a rejection nobody handles',
      'Promise.reject(new Error("alone")); await new Promise((r) => setTimeout(r, 1000));',
      'Runtime.UnhandledPromiseRejection',
      /Error: alone/,
    ],
    [
      'an error nobody catches',
      'setTimeout(() => { throw new RangeError("late"); }); await new Promise((r) => setTimeout(r, 1000));',
      'RangeError',
      /^late$/,
    ],
    ['process.exit(0)', 'process.exit(0);', 'Runtime.ExitError', /Error: Runtime exited without providing a reason$/],
    ['process.exit(3)', 'process.exit(3);', 'Runtime.ExitError', /Error: Runtime exited with error: exit status 3$/],
    [
      'too much memory',
      'const all = []; for (;;) all.push("abc".repeat(100) + all.length);',
      'Runtime.OutOfMemory',
      /Error: Runtime exited with error: signal: killed$/,
    ],
  ])('reports %s', async (_what, body, errorType, errorMessage) => {
    cloud.deploy(`export const handler = async () => { ${body} };`, { Timeout: 20 });

    const output = await cloud.invoke();

    expect(output.FunctionError).toBe('Unhandled');
    expect(JSON.parse(String(output.Payload))).toMatchObject({
      errorType,
      errorMessage: expect.stringMatching(errorMessage),
    });
  });

  test('is killed at its timeout and starts anew', async () => {
    cloud.deploy(
      'let calls = 0; export const handler = async (event) => { calls++; if (event.loop) for (;;); return calls; };',
      {
        Timeout: 1,
      },
    );
    await cloud.invoke();

    const output = await cloud.invoke({ loop: true });

    expect(output.FunctionError).toBe('Unhandled');
    expect(JSON.parse(String(output.Payload))).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: [\w-]+ Error: Task timed out after 1\.00 seconds$/),
    });
    expect(await cloud.ask()).toBe(1);
  });

  test.each([
    ['no such file', { Handler: 'missing.handler' }, 'Runtime.ImportModuleError'],
    ['no such export', { Handler: 'index.nothing' }, 'Runtime.HandlerNotFound'],
    ['an export that is no function', { Handler: 'index.text' }, 'Runtime.HandlerNotFound'],
    ['a handler without an export', { Handler: 'index' }, 'Runtime.MalformedHandlerName'],
    ['a handler with a callback', { Handler: 'index.callback' }, 'Runtime.CallbackHandlerDeprecated'],
  ])('says that it could not start: %s', async (_what, properties, errorType) => {
    cloud.deploy('export const text = ""; export const callback = (event, context, done) => done();', properties);

    const output = await cloud.invoke();

    expect(output.FunctionError).toBe('Unhandled');
    expect(JSON.parse(String(output.Payload)).errorType).toBe(errorType);
  });

  test.each([
    ['a syntax error', 'export const = ;', 'Runtime.UserCodeSyntaxError'],
    ['a missing package', 'import "no-such-package";', 'Runtime.ImportModuleError'],
    ['an error of the module', 'throw new TypeError("at start");', 'TypeError'],
  ])('says that its code could not be loaded: %s', async (_what, code, errorType) => {
    cloud.deploy(code);

    expect((await cloud.ask()).errorType).toBe(errorType);
  });

  test('is counted', async () => {
    cloud.deploy('export const handler = async (event) => { if (event.fail) throw new Error(); };');

    await cloud.invoke();
    await cloud.invoke({ fail: true });

    expect(cloud.sum('Invocations')).toBe(2);
    expect(cloud.sum('Errors')).toBe(1);
    expect(cloud.sum('Duration')).toBeGreaterThan(0);
    expect(cloud.sum('Errors', { FunctionName: 'fn', Resource: 'fn' })).toBe(1);
  });
});
