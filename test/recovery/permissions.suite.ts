import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ON_BEHALF_OF } from '#lib/runtime/auth/calling-service.ts';
import type { Buyer, Json, Shop } from '../setup/shop.ts';
import { signedCall } from '../setup/signed-call.ts';
import { START_LIMIT_MS } from './recovery-shop.ts';
import { shop } from './shop-under-test.ts';

interface DeployedFunction {
  /** Such as `order/place-order`. */
  fn: string;
  arn: string;
  roleArn: string;
}

let functions: DeployedFunction[];

beforeAll(async () => {
  const names = shop.cloud.resources('AWS::Lambda::Function').map(({ physicalId }) => physicalId);
  functions = await Promise.all(names.map(describeFunction));
}, START_LIMIT_MS);

async function describeFunction(FunctionName: string): Promise<DeployedFunction> {
  const { Description, FunctionArn, Role } = await shop.call('lambda', 'GetFunctionConfiguration', { FunctionName });
  return { fn: Description.replace(': ', '/'), arn: FunctionArn, roleArn: Role };
}

function roleOf(name: string): string {
  const found = functions.find(({ fn }) => fn === name);
  if (!found) throw new Error(`There is no function ${name}.`);
  return found.roleArn;
}

/** What IAM says, without doing it. */
function may(roleArn: string, action: string, resourceArn: string): boolean {
  try {
    shop.cloud.services.iam.authorize({ kind: 'role', roleArn }, action, resourceArn);
    return true;
  } catch (error) {
    expect((error as Json).code).toBe('AccessDeniedException');
    return false;
  }
}

function whoMay(action: string, resourceArn: string): string[] {
  return functions
    .filter(({ roleArn }) => may(roleArn, action, resourceArn))
    .map(({ fn }) => fn)
    .sort();
}

async function tables(): Promise<{ service: string; arn: string }[]> {
  const deployed = shop.cloud.resources('AWS::DynamoDB::Table');
  return Promise.all(
    deployed.map(async ({ stackName, physicalId }) => {
      const { Table } = await shop.call('dynamodb', 'DescribeTable', { TableName: physicalId });
      return { service: stackName.replace(/^Bazaar-dev-([A-Z][a-z]*).*/, '$1').toLowerCase(), arn: Table.TableArn };
    }),
  );
}

describe('the credentials of get-order', () => {
  const item = { pk: { S: 'ORDER#forged' }, status: { S: 'confirmed' } };

  let client: DynamoDBClient;

  beforeAll(() => {
    const credentials = shop.cloud.services.iam.credentialsFor(roleOf('order/get-order'));
    client = new DynamoDBClient({ endpoint: shop.cloud.awsUrl, region: 'us-east-1', credentials });
  });

  afterAll(() => client.destroy());

  test('read the order table', async () => {
    const get = new GetItemCommand({ TableName: shop.id('order', 'Outbox/Table'), Key: { pk: item.pk } });

    expect((await client.send(get)).Item).toBeUndefined();
  });

  test.each(['order', 'payment', 'inventory'])('cannot write the table of %s', async (service) => {
    const put = new PutItemCommand({ TableName: shop.id(service, 'Outbox/Table'), Item: item });

    await expect(client.send(put)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await shop.row(service, item.pk.S)).toBeUndefined();
  });

  test.each(['payment', 'inventory', 'user'])('cannot read the table of %s', async (service) => {
    const get = new GetItemCommand({ TableName: shop.id(service, 'Outbox/Table'), Key: { pk: item.pk } });

    await expect(client.send(get)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('the role of a function', () => {
  test.each(['GetItem', 'Query', 'Scan', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'])(
    'does not allow %s on the table of another service',
    async (action) => {
      const foreign = (await tables()).flatMap(({ service, arn }) =>
        whoMay(`dynamodb:${action}`, arn).filter((fn) => !fn.startsWith(`${service}/`)),
      );

      expect(foreign).toEqual([]);
    },
  );

  test('does not allow any of them to read a whole table, or to drop one', async () => {
    for (const { arn } of await tables()) {
      expect(whoMay('dynamodb:Scan', arn)).toEqual([]);
      expect(whoMay('dynamodb:DeleteTable', arn)).toEqual([]);
    }
  });

  test('lets only the relays put events on the bus', () => {
    const bus = `arn:aws:events:us-east-1:000000000000:event-bus/${shop.id('platform', 'Bus')}`;

    const publishers = whoMay('events:PutEvents', bus);

    expect(publishers).toContain('order/outbox-relay');
    expect(publishers.filter((fn) => !fn.endsWith('/outbox-relay'))).toEqual([]);
  });

  test('lets only those start the saga, and send dead-man messages, who have to', async () => {
    const QueueUrl = shop.id('order', 'DeadMan/Messages');
    const { Attributes } = await shop.call('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] });
    const starters = [
      'order/on-order-cancelling',
      'order/on-order-created',
      'order/on-repair-requested',
      'order/on-reservation-expired',
      'order/on-saga-overdue',
    ];

    expect(whoMay('states:StartExecution', shop.id('order', 'Saga/StateMachine'))).toEqual(starters);
    expect(whoMay('sqs:SendMessage', Attributes.QueueArn)).toEqual(starters);
  });

  test('lets nobody call another function', () => {
    const callers = functions.flatMap(({ arn }) =>
      [arn, `${arn}:live`].flatMap((one) => whoMay('lambda:InvokeFunction', one)),
    );

    expect(callers).toEqual([]);
  });

  test('lets only log-in sign tokens, and only payments move money', async () => {
    const [apiKey, signingSecret] = ['ApiKey', 'SigningSecret'].map((secret) => shop.id('sandbox', secret));
    const callers = ['sandbox/create-charge', 'sandbox/create-refund', 'sandbox/get-charge'];
    const movers = ['payment/receive-webhook', 'payment/refund-payment', 'payment/take-payment'];

    expect(whoMay('kms:Sign', await signingKey())).toEqual(['user/log-in']);
    expect(whoMay('secretsmanager:GetSecretValue', apiKey ?? '')).toEqual([...movers, ...callers]);
    expect(whoMay('secretsmanager:GetSecretValue', signingSecret ?? '')).toEqual([
      'payment/receive-webhook',
      'sandbox/send-webhook',
    ]);
  });
});

describe('the role of the saga', () => {
  test('allows it to call its steps and no other function', () => {
    const role = `arn:aws:iam::000000000000:role/${shop.id('order', 'Saga/StateMachine/Role')}`;

    const mayCall = (arn: string) => may(role, 'lambda:InvokeFunction', arn);
    const callable = functions.filter(({ arn }) => mayCall(`${arn}:live`)).map(({ fn }) => fn);

    expect(callable.sort()).toEqual([
      'inventory/release-stock',
      'inventory/reserve-stock',
      'order/begin-cancelling-order',
      'order/cancel-order',
      'order/confirm-order',
      'payment/refund-payment',
      'payment/take-payment',
    ]);
    expect(functions.filter(({ arn }) => mayCall(arn))).toEqual([]);
  });
});

/** What API Gateway says itself. */
const FORBIDDEN = { status: 403, body: { message: 'Forbidden' } };

/** A signed request to the front door, by the clock of the cloud. */
function callAs(credentials: Json, route: string, what: { headers?: Json; body?: Json; forged?: Json } = {}) {
  const apiUrl = shop.cloud.outputs('Bazaar-dev-Gateway').ApiUrl ?? '';
  return signedCall(route, { credentials, apiUrl, now: shop.cloud.clock.now(), ...what });
}

describe('the orders of a user, as services ask for them', () => {
  let jane: Buyer;
  let stranger: Buyer;
  let path: string;

  beforeAll(async () => {
    const { door, buyer } = await shop.visit();
    stranger = buyer;
    jane = await door.aCustomer();
    path = `/internal/v1/orders/user/${jane.user_id}`;
  });

  /** Asks as a function would, in its role. */
  const askAs = (fn: string, headers: Record<string, string>, forged = {}) =>
    callAs(shop.cloud.services.iam.credentialsFor(roleOf(fn)), `GET ${path}`, { headers, forged });

  const onBehalfOf = ({ token }: Pick<Buyer, 'token'>) => ({ [ON_BEHALF_OF]: `Bearer ${token}` });

  test('are for get-user alone, with the token of the user', async () => {
    const asked = await askAs('user/get-user', onBehalfOf(jane));

    expect(asked).toEqual({ status: 200, body: { orders: [], next_cursor: null } });
    const invoke = `arn:aws:execute-api:us-east-1:000000000000:${shop.id('gateway', 'HttpApi')}/$default/GET${path}`;
    expect(whoMay('execute-api:Invoke', invoke)).toEqual(['user/get-user']);
  });

  test('are for nobody who may not see them, whichever service asks', async () => {
    expect(await askAs('user/get-user', onBehalfOf(stranger))).toMatchObject({ status: 404 });
    expect(await askAs('user/get-user', {})).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    expect(await askAs('user/get-user', onBehalfOf({ token: 'a.b.c' }))).toMatchObject({ status: 401 });
  });

  test('are refused to other functions, and to who did not sign', async () => {
    expect(await askAs('user/update-user', onBehalfOf(jane))).toEqual(FORBIDDEN);
    expect(await askAs('cart/get-cart', onBehalfOf(jane))).toEqual(FORBIDDEN);
    expect(await askAs('user/get-user', onBehalfOf({ token: 'a.b.c' }), onBehalfOf(jane))).toEqual(FORBIDDEN);
    const unsigned = { authorization: `Bearer ${jane.token}` };
    expect(await askAs('user/get-user', onBehalfOf(jane), unsigned)).toEqual(FORBIDDEN);
  });
});

describe('a server with a role', () => {
  const resource = 'arn:aws:execute-api:*:*:*/$default/*/internal/v1/services/shipping/*';

  let door: Shop;
  let shipping: Json;

  beforeAll(async () => {
    ({ door } = await shop.visit());
    shipping = await aRole('Shipping', { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resource });
  });

  /** An instance as it says of itself, of a service that is healthy elsewhere. */
  const anInstance = (service_name: string): Json => ({ ...door.anInstance(), service_name });

  test('registers its own service, says that it lives, and that it goes', async () => {
    const said = anInstance('shipping');
    const instance = `/internal/v1/services/shipping/instances/${said.instance_id}`;

    expect(await callAs(shipping, 'POST /internal/v1/services/shipping/register', { body: said })).toMatchObject({
      status: 201,
      body: { service_name: 'shipping', instance_id: said.instance_id },
    });
    expect((await callAs(shipping, `POST ${instance}/heartbeat`)).status).toBe(204);
    expect((await callAs(shipping, `DELETE ${instance}`)).status).toBe(204);
  });

  test('cannot speak for another service', async () => {
    const order = '/internal/v1/services/order/instances/order-stack';
    const registered = await callAs(shipping, 'POST /internal/v1/services/shipping/register', {
      body: anInstance('order'),
    });

    expect(registered).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const other = await callAs(shipping, 'POST /internal/v1/services/order/register', { body: anInstance('order') });
    expect(other).toEqual(FORBIDDEN);
    expect(await callAs(shipping, `DELETE ${order}`)).toEqual(FORBIDDEN);
    const mine = order.replace('services/order', 'services/shipping');
    expect(await callAs(shipping, `DELETE ${mine}`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});

/** Credentials of a role that the shop knows nothing of. */
async function aRole(name: string, Statement: Json): Promise<Json> {
  const { iam } = shop.cloud.services;
  const type = iam.resourceTypes.find((known) => known.type === 'AWS::IAM::Role');
  const assumed = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const properties = {
    RoleName: name,
    AssumeRolePolicyDocument: { Statement: assumed },
    Policies: [{ PolicyName: 'own', PolicyDocument: { Statement } }],
  };
  const resource = { stackName: 'Elsewhere', logicalId: name, type: 'AWS::IAM::Role', metadata: {} };
  const role = await type?.create({ ...resource, properties, generatedName: () => name });
  return iam.credentialsFor(String(role?.attributes?.Arn));
}

async function signingKey(): Promise<string> {
  const { KeyMetadata } = await shop.call('kms', 'DescribeKey', { KeyId: shop.id('user', 'SigningKey') });
  return KeyMetadata.Arn;
}
