import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Flag, LambdaCloud, until } from './lambda-cloud.ts';

let cloud: LambdaCloud;

beforeEach(() => {
  cloud = new LambdaCloud();
});

afterEach(() => cloud.stop());

const TOKEN = 'export const handler = async () => process.env.AWS_SESSION_TOKEN;';

describe('an environment that is found by the session token of its calls', () => {
  test('tells of which function it is, and each has a token of its own', async () => {
    cloud.deploy(TOKEN);
    cloud.deploy(TOKEN, { FunctionName: 'other' });

    const [token, other] = [await cloud.ask(), await cloud.ask({}, { FunctionName: 'other' })];

    expect(cloud.lambda.environmentOf(token)?.functionName).toBe('fn');
    expect(cloud.lambda.environmentOf(token)?.event).toBeUndefined();
    expect(cloud.lambda.environmentOf(other)?.functionName).toBe('other');
    expect(cloud.lambda.environmentOf('token')).toBeUndefined();
  });

  test('can be killed in the middle of an invocation; the next one has another', async () => {
    const flag = new Flag(cloud);
    cloud.deploy(
      `import { existsSync } from 'node:fs';
       export const handler = async ({ hold }) => {
         console.log(process.env.AWS_SESSION_TOKEN);
         while (hold && !existsSync(${JSON.stringify(flag.path)})) await new Promise((resolve) => setTimeout(resolve, 5));
         return process.env.AWS_SESSION_TOKEN;
       };`,
    );
    const invoking = cloud.invoke({ hold: true });
    await until(() => cloud.messages().some((message) => message.includes('token')));
    const printed = cloud.messages().find((message) => message.includes('token')) ?? '';
    const token = printed.slice(printed.indexOf('token')).trim();

    const running = cloud.lambda.environmentOf(token);
    expect(running?.event).toBe('{"hold":true}');

    running?.kill();

    const { FunctionError, Payload } = await invoking;
    expect(FunctionError).toBe('Unhandled');
    expect(JSON.parse(String(Payload))).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: killed'),
    });
    expect(cloud.lambda.environmentOf(token)).toBeUndefined();
    expect(await cloud.ask()).not.toBe(token);
  });
});

describe('an interceptor of invocations', () => {
  test('stands around each until it is removed', async () => {
    cloud.deploy('export const handler = async () => "done";');
    const seen: unknown[] = [];
    const end = cloud.lambda.use(async (invocation, next) => {
      seen.push(invocation);
      return { ...(await next()), payload: '"replaced"' };
    });

    const during = await cloud.ask({ hello: 'there' });
    end();

    expect([during, await cloud.ask()]).toEqual(['replaced', 'done']);
    expect(seen).toEqual([{ functionName: 'fn', payload: '{"hello":"there"}' }]);
  });
});
