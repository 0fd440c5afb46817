import { describe, expect, jest, test } from '@jest/globals';
import { Account } from '#lib/local-cloud/core/account.ts';
import { createApi } from '#lib/local-cloud/core/api.ts';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { type Authorizer, OPERATOR, type ServiceModule } from '#lib/local-cloud/core/service.ts';

const account = new Account();
const queueArn = (name: string) => account.arn('sqs', name);

function aModule(name = 'sqs'): ServiceModule {
  return {
    name,
    operations: {
      Move: {
        accepts: { From: true, To: true, Options: { Slowly: 'nothing here is fast' } },
        requires: ['From', 'To'],
        resources: ({ From, To }: { From: string; To: string }) => [queueArn(From), queueArn(To)],
        run: (input) => ({ moved: input }),
      },
      Invoke: { iamAction: 'lambda:InvokeFunction', resources: () => ['*'], run: () => 'invoked' },
    },
    resourceTypes: [],
  };
}

function setUp() {
  const authorize = jest.fn<Authorizer['authorize']>();
  const api = createApi({
    authorize,
    attachResourcePolicy() {},
    credentialsFor: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '' }),
  });
  api.register(aModule());
  const call = (action: string, input: object = {}, service = 'sqs') =>
    api.call(service, action, input, { caller: OPERATOR });
  return { api, authorize, call };
}

describe('the API', () => {
  test('asks IAM about every resource before it runs the action', async () => {
    const { authorize, call } = setUp();

    await expect(call('Move', { From: 'a', To: 'b' })).resolves.toEqual({ moved: { From: 'a', To: 'b' } });

    expect(authorize.mock.calls.map(([, action, arn]) => [action, arn])).toEqual([
      ['sqs:Move', queueArn('a')],
      ['sqs:Move', queueArn('b')],
    ]);
  });

  test('asks IAM for the action that the operation names', async () => {
    const { authorize, call } = setUp();

    await call('Invoke');

    expect(authorize).toHaveBeenCalledWith(OPERATOR, 'lambda:InvokeFunction', '*', undefined);
  });

  test('does not run what IAM refuses', async () => {
    const { authorize, call } = setUp();
    authorize.mockImplementation((_, __, arn) => {
      if (arn === queueArn('b')) throw new AwsError('AccessDeniedException', 'no');
    });

    await expect(call('Move', { From: 'a', To: 'b' })).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  test.each([
    ['an action that is not modelled', 'sqs', 'Juggle', /sqs:Juggle/],
    ['a name of Object.prototype', 'sqs', 'toString', /sqs:toString/],
    ['a service that is not there', 'polly', 'Speak', /polly.*Speak/],
  ])('refuses %s by name', async (_, service, action, message) => {
    const error = await setUp()
      .call(action, {}, service)
      .catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'UnknownOperationException', message: expect.stringMatching(message) });
  });

  test.each([
    ['an unknown field', { From: 'a', To: 'b', Sideways: 1 }, /Sideways of sqs:Move/],
    ['an unknown nested field', { From: 'a', To: 'b', Options: { Fast: 1 } }, /Options\.Fast of sqs:Move/],
    ['a missing field', { From: 'a' }, /Value null at 'to'/],
  ])('refuses an input with %s', async (_, input, message) => {
    const error = await setUp()
      .call('Move', input)
      .catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'ValidationException', message: expect.stringMatching(message) });
  });

  test('accepts a field that has no effect here', async () => {
    const input = { From: 'a', To: 'b', Options: { Slowly: true } };

    await expect(setUp().call('Move', input)).resolves.toEqual({ moved: input });
  });

  test('refuses a second module of the same name', () => {
    expect(() => setUp().api.register(aModule())).toThrow('sqs is registered twice');
  });
});

describe('an interceptor', () => {
  test('stands around IAM and the action, the first one outermost', async () => {
    const { api, authorize, call } = setUp();
    const seen: string[] = [];
    authorize.mockImplementation(() => void seen.push('IAM'));
    for (const name of ['outer', 'inner']) {
      api.use(async ({ service, action }, next) => {
        seen.push(`${name} before ${service}:${action}`);
        const output = await next();
        seen.push(`${name} after`);
        return output;
      });
    }

    await expect(call('Invoke')).resolves.toBe('invoked');

    expect(seen).toEqual(['outer before sqs:Invoke', 'inner before sqs:Invoke', 'IAM', 'inner after', 'outer after']);
  });

  test('can fail a call, until it is removed', async () => {
    const { api, call } = setUp();
    const remove = api.use(async () => {
      throw new AwsError('ThrottlingException', 'Rate exceeded');
    });

    await expect(call('Invoke')).rejects.toMatchObject({ code: 'ThrottlingException' });
    remove();
    await expect(call('Invoke')).resolves.toBe('invoked');
  });
});
