import { describe, expect, test } from '@jest/globals';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { FUNCTION_TASK, SAGA, TASK } from './fixtures.ts';
import { createHarness, FUNCTION, type Handler, type Loose, lambda, named, only, ROLE, run } from './harness.ts';

const QUEUE = 'https://sqs.us-east-1.amazonaws.com/000000000000/orders';
const METADATA = {
  SdkHttpMetadata: { HttpStatusCode: 200 },
  SdkResponseMetadata: { RequestId: expect.any(String) },
};

const task = (resource: string, args: unknown) =>
  only({ Type: 'Task', Resource: `arn:aws:states:::${resource}`, Arguments: args });

const played = async (resource: string, args: unknown, services: Record<string, Handler>) => {
  const { calls, output, execution } = await run(task(resource, args), {}, { services });
  return { input: calls[0]?.input, output, execution };
};

const throwing =
  (error: unknown): Handler =>
  () => {
    throw error;
  };

describe('lambda:invoke', () => {
  test('answers what the function answers, under Payload', async () => {
    const services = lambda((event) => ({ doubled: event.n * 2 }));
    const { output, calls } = await run(
      task('lambda:invoke', { FunctionName: FUNCTION, Payload: { n: 2 } }),
      {},
      { services },
    );

    expect(output).toEqual({ ExecutedVersion: '$LATEST', Payload: { doubled: 4 }, StatusCode: 200, ...METADATA });
    expect(calls[0]).toMatchObject({ service: 'lambda', action: 'Invoke', input: { FunctionName: FUNCTION } });
  });

  test.each([
    ['{"a":1}', { a: 1 }],
    ['"text"', 'text'],
    ['null', null],
    ['false', false],
    ['not JSON', 'not JSON'],
  ])('reads the answer %s', async (Payload, expected) => {
    const { output } = await run(TASK, {}, { services: { 'lambda:Invoke': () => ({ StatusCode: 200, Payload }) } });

    expect(output).toEqual(expected);
  });

  test('has no Payload when the invocation is an event', async () => {
    const { output } = await played(
      'lambda:invoke',
      { FunctionName: FUNCTION, InvocationType: 'Event', Payload: 1 },
      {
        'lambda:Invoke': () => ({ StatusCode: 202, Payload: Buffer.alloc(0) }),
      },
    );

    expect(output).toEqual({ ExecutedVersion: '$LATEST', StatusCode: 202, ...METADATA });
  });

  test.each([
    [{ errorType: 'CardDeclined', errorMessage: 'no' }, 'CardDeclined'],
    [{ errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 3.00 seconds' }, 'Sandbox.Timedout'],
    [{ errorType: 'Runtime.ExitError', errorMessage: 'exited' }, 'Runtime.ExitError'],
    [{ errorMessage: 'without a type' }, 'Lambda.Unknown'],
  ])('fails with the error of the function: %j is %s', async (payload, error) => {
    const Payload = JSON.stringify(payload);
    const { execution } = await played(
      'lambda:invoke',
      { FunctionName: FUNCTION },
      {
        'lambda:Invoke': () => ({ StatusCode: 200, FunctionError: 'Unhandled', Payload }),
      },
    );

    expect(execution).toMatchObject({ status: 'FAILED', error, cause: Payload });
  });
});

describe('the ARN of a function as resource', () => {
  test('gives the function the input of the state, and answers what it answers', async () => {
    const { output, calls } = await run(FUNCTION_TASK, { n: 3 }, { services: lambda(({ n }) => n + 1) });

    expect(output).toBe(4);
    expect(calls[0]?.input.FunctionName).toBe(FUNCTION);
  });
});

describe('the other integrations', () => {
  test.each([
    ['dynamodb:getItem', 'dynamodb:GetItem', { TableName: 't', Key: { pk: { S: 'a' } } }],
    ['dynamodb:putItem', 'dynamodb:PutItem', { TableName: 't', Item: { pk: { S: 'a' } } }],
    ['dynamodb:updateItem', 'dynamodb:UpdateItem', { TableName: 't', Key: { pk: { S: 'a' } } }],
    ['dynamodb:deleteItem', 'dynamodb:DeleteItem', { TableName: 't', Key: { pk: { S: 'a' } } }],
    ['sqs:sendMessage', 'sqs:SendMessage', { QueueUrl: QUEUE, MessageBody: 'text' }],
    ['sns:publish', 'sns:Publish', { TopicArn: 'arn', Message: 'text' }],
  ])('%s calls %s with its Arguments', async (resource, action, args) => {
    const { input, output } = await played(resource, args, { [action]: () => ({ Some: 'answer', Left: undefined }) });

    expect(input).toEqual(args);
    expect(output).toEqual({ Some: 'answer', ...METADATA });
  });

  test.each([
    ['sqs:sendMessage', 'sqs:SendMessage', 'MessageBody'],
    ['sns:publish', 'sns:Publish', 'Message'],
  ])('%s takes JSON as text', async (resource, action, field) => {
    const { input } = await played(resource, { [field]: { a: [1] } }, { [action]: () => ({}) });

    expect(input[field]).toBe('{"a":[1]}');
  });

  test('events:putEvents says which execution sent the events', async () => {
    const entry = { Source: 'shop', DetailType: 'Paid', Detail: { id: 1 }, Resources: ['own'] };
    const { input, output, execution } = await played(
      'events:putEvents',
      { Entries: [entry] },
      {
        'events:PutEvents': () => ({ Entries: [{ EventId: '1' }], FailedEntryCount: 0 }),
      },
    );

    expect(input.Entries).toEqual([
      { ...entry, Detail: '{"id":1}', Resources: ['own', execution.stateMachineArn, execution.executionArn] },
    ]);
    expect(output).toEqual({ Entries: [{ EventId: '1' }], FailedEntryCount: 0 });
  });

  test('events:putEvents fails when one entry is not taken', async () => {
    const answer = {
      Entries: [{ ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }],
      FailedEntryCount: 1,
    };
    const { execution } = await played('events:putEvents', { Entries: [{}] }, { 'events:PutEvents': () => answer });

    expect(execution).toMatchObject({ error: 'EventBridge.FailedEntry', cause: JSON.stringify(answer) });
  });
});

describe('aws-sdk', () => {
  test.each([
    ['dynamodb:transactWriteItems', 'dynamodb:TransactWriteItems'],
    ['eventbridge:putEvents', 'events:PutEvents'],
    ['ssm:getParameter', 'ssm:GetParameter'],
    ['secretsmanager:getSecretValue', 'secretsmanager:GetSecretValue'],
  ])('%s calls %s', async (resource, action) => {
    const { input, output } = await played(
      `aws-sdk:${resource}`,
      { Name: 'x' },
      {
        [action]: () => ({ Bytes: Buffer.from('text'), Left: undefined }),
      },
    );

    expect(input).toEqual({ Name: 'x' });
    expect(output).toEqual({ Bytes: 'text' });
  });

  test('writes the names of lower-case APIs in upper case', async () => {
    const { input, output } = await played(
      'aws-sdk:sfn:startExecution',
      { StateMachineArn: 'arn', Input: { n: 1 } },
      {
        'states:StartExecution': () => ({ executionArn: 'x', startDate: 1.5 }),
      },
    );

    expect(input).toEqual({ stateMachineArn: 'arn', input: '{"n":1}' });
    expect(output).toEqual({ ExecutionArn: 'x', StartDate: '1970-01-01T00:00:01.500Z' });
  });

  test('takes the payload of a function as JSON', async () => {
    const services = lambda((event) => event.n);
    const { output } = await run(
      task('aws-sdk:lambda:invoke', { FunctionName: FUNCTION, Payload: { n: 7 } }),
      {},
      { services },
    );

    expect(output).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST', Payload: '7' });
  });
});

describe('the error of a call that fails', () => {
  test.each([
    ['lambda:invoke', 'lambda:Invoke', 'TooManyRequestsException', 429, 'Lambda.TooManyRequestsException'],
    ['lambda:invoke', 'lambda:Invoke', 'ServiceException', 500, 'Lambda.ServiceException'],
    ['lambda:invoke', 'lambda:Invoke', 'ResourceNotFoundException', 404, 'Lambda.ResourceNotFoundException'],
    ['lambda:invoke', 'lambda:Invoke', 'AccessDeniedException', 403, 'Lambda.AWSLambdaException'],
    [
      'dynamodb:putItem',
      'dynamodb:PutItem',
      'ConditionalCheckFailedException',
      400,
      'DynamoDB.ConditionalCheckFailedException',
    ],
    ['dynamodb:putItem', 'dynamodb:PutItem', 'ValidationException', 400, 'DynamoDB.AmazonDynamoDBException'],
    ['sqs:sendMessage', 'sqs:SendMessage', 'QueueDoesNotExist', 400, 'SQS.QueueDoesNotExistException'],
    [
      'states:startExecution',
      'states:StartExecution',
      'StateMachineDoesNotExist',
      400,
      'StepFunctions.StateMachineDoesNotExistException',
    ],
    [
      'aws-sdk:dynamodb:transactWriteItems',
      'dynamodb:TransactWriteItems',
      'TransactionCanceledException',
      400,
      'DynamoDb.TransactionCanceledException',
    ],
    ['aws-sdk:sfn:sendTaskSuccess', 'states:SendTaskSuccess', 'InvalidToken', 400, 'Sfn.InvalidTokenException'],
    [
      'aws-sdk:secretsmanager:getSecretValue',
      'secretsmanager:GetSecretValue',
      'AccessDeniedException',
      400,
      'SecretsManager.SecretsManagerException',
    ],
  ])('%s: %s %s %d is %s', async (resource, action, code, status, error) => {
    const { execution } = await played(resource, {}, { [action]: throwing(new AwsError(code, 'No.', status)) });

    expect(execution.error).toBe(error);
    expect(execution.cause).toMatch(
      resource.startsWith('aws-sdk')
        ? new RegExp(`^No\\. \\(Service: \\w+, Status Code: ${status}, Request ID: [\\w-]+\\)$`)
        : new RegExp(
            `^No\\. \\(Service: \\w+; Status Code: ${status}; Error Code: ${code}; Request ID: [\\w-]+; Proxy: null\\)$`,
          ),
    );
  });

  test('that no service answered is one of the client', async () => {
    const { execution } = await played('lambda:invoke', {}, { 'lambda:Invoke': throwing(new Error('no route')) });

    expect(execution).toMatchObject({
      error: 'Lambda.SdkClientException',
      cause: 'Unable to execute HTTP request: no route',
    });
  });

  test.each(['Lambda.AWSLambdaException', 'States.Permissions', 'States.TaskFailed', 'States.ALL'])(
    'that IAM refused is caught by %s',
    async (name) => {
      const refused: Loose = {
        ...(TASK as Loose).States,
        Caught: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
      };
      refused.Only = { ...refused.Only, Catch: [{ ErrorEquals: [name], Next: 'Caught' }] };
      const { output } = await run(
        { StartAt: 'Only', States: refused },
        {},
        {
          services: { 'lambda:Invoke': throwing(new AwsError('AccessDeniedException', 'User is not authorized', 403)) },
        },
      );

      expect(output).toBe('Lambda.AWSLambdaException');
    },
  );
});

describe('every call', () => {
  test('is made as the role of the state machine, with the trace of the execution', async () => {
    const { create, call, calls, ended } = createHarness({ services: lambda(() => 1) });
    const stateMachineArn = await create(TASK);
    const traceHeader = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
    const { executionArn } = await call('StartExecution', { stateMachineArn, traceHeader });
    await ended(executionArn);

    expect(calls[0]?.context).toEqual({ caller: { kind: 'role', roleArn: ROLE }, trace: traceHeader });
  });

  test('has the trace of whoever started the execution', async () => {
    const { create, call, calls, ended } = createHarness({ services: lambda(() => 1) });
    const stateMachineArn = await create(TASK);
    const { executionArn } = await call(
      'StartExecution',
      { stateMachineArn },
      { caller: { kind: 'operator' }, trace: 'Root=1-2' },
    );
    await ended(executionArn);

    expect(calls[0]?.context.trace).toBe('Root=1-2');
  });
});

describe('a saga', () => {
  const saga = async (behave: (event: Loose) => unknown) => {
    const steps: string[] = [];
    const services = lambda((event) => {
      steps.push(event.step);
      return behave(event);
    });
    const { execution } = await run(SAGA, { id: 'o-1' }, { services, random: () => 0 });
    return { steps, execution };
  };

  test('goes through its steps', async () => {
    const { steps, execution } = await saga(() => 'ok');

    expect(steps).toEqual(['reserve', 'pay']);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"status":"paid"}' });
  });

  test('undoes what was done when a step fails', async () => {
    const { steps, execution } = await saga(({ step }) => {
      if (step === 'pay') throw named('CardDeclined');
    });

    expect(steps).toEqual(['reserve', 'pay', 'undo reserve']);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Declined', cause: 'because of CardDeclined' });
  });

  test('tries a busy step again', async () => {
    let busy = 2;
    const { steps } = await saga(({ step }) => {
      if (step === 'reserve' && busy-- > 0) throw named('Busy');
    });

    expect(steps).toEqual(['reserve', 'reserve', 'reserve', 'pay']);
  });
});
