import { describe, expect, test } from '@jest/globals';
import { serviceMapOf } from '#bin/map/service-map.ts';
import { api, parameter, published, queueOf, type Resource, route, rule, stack } from './templates.ts';

const edgesOf = (stacks: Parameters<typeof serviceMapOf>[0]) => serviceMapOf(stacks).edges;
const fn = (service: string, name: string, variables: Record<string, unknown> = {}): Resource => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Description: `${service}: ${name}`,
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Environment: { Variables: variables },
    Tags: [{ Key: 'Service', Value: service }],
  },
});
const grant = (Action: string, Resource: unknown): Resource => ({
  Type: 'AWS::IAM::Policy',
  Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource }] } },
});
const role: Resource = { Type: 'AWS::IAM::Role' };

describe('a map of services', () => {
  test('has who publishes and who subscribes', () => {
    const shop = {
      Relay: fn('shop', 'outbox-relay', { EVENT_SOURCE: 'shop-service' }),
      Role: role,
      Grant: grant('events:PutEvents', '*'),
    };
    const post = {
      OnSold: fn('post', 'on-sold'),
      Rule: rule({ source: ['shop-service'], 'detail-type': ['sold'] }, 'Queue'),
      ...queueOf('Queue', 'OnSold'),
    };
    const map = serviceMapOf({ Shop: stack(shop), Post: stack(post) }, { shop: ['opened', 'sold'] });

    expect(map.edges).toEqual([{ from: 'shop', to: 'post', kind: 'events', what: ['sold'] }]);
    expect(map.services.map(({ name, publishes }) => [name, publishes])).toEqual([
      ['post', []],
      ['shop', ['opened', 'sold']],
    ]);
    expect(map.services[0]?.subscribes).toEqual([{ fn: 'on-sold', types: ['sold'], from: ['shop'], replayed: false }]);
  });

  test('keeps what only a replay brings, and what a service says to itself, out of the edges', () => {
    const own = { source: ['shop-service'], 'detail-type': ['sold'] };
    const shop = {
      OnSold: fn('shop', 'on-sold', { EVENT_SOURCE: 'shop-service' }),
      Role: role,
      Grant: grant('events:PutEvents', '*'),
      Rule: rule(own, 'Queue'),
      ...queueOf('Queue', 'OnSold'),
    };
    const view = {
      OnReplayed: fn('view', 'on-replayed'),
      Rule: rule({ ...own, 'replay-name': [{ exists: true }] }, 'Queue'),
      ...queueOf('Queue', 'OnReplayed'),
    };
    const { edges, services } = serviceMapOf({ Shop: stack(shop), View: stack(view) });

    expect(edges).toEqual([]);
    expect(services.map(({ subscribes }) => subscribes.map(({ replayed }) => replayed))).toEqual([[false], [true]]);
  });

  test('follows a saga to the functions of others, by their aliases too', () => {
    const order = {
      Own: fn('order', 'confirm-order'),
      Saga: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          DefinitionString: {
            'Fn::Join': ['', ['{', { Ref: 'ReserveArn' }, { 'Fn::GetAtt': ['Own', 'Arn'] }, '}']],
          },
        },
      },
    };
    const inventory = {
      Reserve: fn('inventory', 'reserve-stock'),
      Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Reserve' } } },
      Parameter: published('/dev/inventory/reserve', { Ref: 'Live' }),
    };

    expect(
      edgesOf({
        Order: stack(order, { ReserveArn: parameter('/dev/inventory/reserve') }),
        Inventory: stack(inventory),
      }),
    ).toEqual([{ from: 'order', to: 'inventory', kind: 'saga', what: ['reserve-stock'] }]);
  });

  test('finds the route that a function may call', () => {
    const gateway = { Api: api('gateway'), Parameter: published('/dev/api', { Ref: 'Api' }) };
    const order = {
      List: fn('order', 'list-orders'),
      ...route('GET /internal/v1/orders/user/{user_id}', 'List', { internal: true }),
      ...route('PUT /internal/v1/orders/user/{user_id}', 'List', { internal: true }),
      ...route('GET /api/v1/orders/user/{user_id}', 'List'),
    };
    const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'ApiId' }, '/$default/GET/internal/v1/orders/user/*']] };
    const user = { Get: fn('user', 'get-user'), Role: role, Grant: grant('execute-api:Invoke', arn) };
    const ApiId = parameter('/dev/api');

    expect(edgesOf({ Gateway: stack(gateway), Order: stack(order, { ApiId }), User: stack(user, { ApiId }) })).toEqual([
      { from: 'user', to: 'order', kind: 'calls', what: ['GET /internal/v1/orders/user/{user_id}'] },
    ]);
  });

  test('reads addresses: of an API of its own, of a route, and of who calls back; a shared API alone says nothing', () => {
    const bank = {
      Api: api('bank'),
      Charge: fn('bank', 'create-charge'),
      ...route('POST /v1/charges', 'Charge', { apiId: 'Api' }),
      Parameter: published('/dev/bank', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }),
    };
    const gateway = { Api: api('gateway'), Parameter: published('/dev/api', { Ref: 'Api' }) };
    const payment = {
      Take: fn('payment', 'take-payment', {
        PROVIDER_URL: { Ref: 'BankUrl' },
        TOKEN_ISSUER: { Ref: 'ApiId' },
        WEBHOOK_URL: { 'Fn::Join': ['', [{ Ref: 'ApiId' }, '/webhooks/bank']] },
        PRICES_URL: { 'Fn::Join': ['', [{ Ref: 'ApiId' }, '/prices']] },
      }),
      ...route('POST /webhooks/{provider}', 'Take'),
    };
    const price = { List: fn('price', 'list-prices'), ...route('GET /prices', 'List') };
    const shared = { ApiId: parameter('/dev/api') };
    const stacks = {
      Bank: stack(bank),
      Gateway: stack(gateway),
      Payment: stack(payment, { ...shared, BankUrl: parameter('/dev/bank') }),
      Price: stack(price, shared),
    };

    expect(edgesOf(stacks).map(({ from, to, what }) => [from, to, what])).toEqual([
      ['bank', 'payment', ['POST /webhooks/{provider}']],
      ['payment', 'bank', ['POST /v1/charges']],
      ['payment', 'price', ['GET /prices']],
    ]);
  });

  test('has who is asked how it is', () => {
    const registry = {
      Sync: fn('registry', 'sync-stacks'),
      Role: role,
      Grant: grant('ssm:GetParametersByPath', { 'Fn::Join': ['', ['arn:', ':parameter/dev/services']] }),
    };
    const cart = {
      Get: fn('cart', 'get-cart'),
      Parameter: published('/dev/services/cart', '{"health_route":"/api/v1/cart/health"}'),
      Other: published('/dev/cart/table', 'cart'),
    };

    expect(edgesOf({ Registry: stack(registry), Cart: stack(cart) })).toEqual([
      { from: 'registry', to: 'cart', kind: 'health', what: ['GET /api/v1/cart/health'] },
    ]);
  });

  test('has schedules, routes and tables', () => {
    const stock = {
      Sweep: fn('stock', 'sweep'),
      Rule: { ...rule(undefined, 'Queue', 'rate(1 minute)') },
      ...queueOf('Queue', 'Sweep'),
      Stock6F194C70: { Type: 'AWS::DynamoDB::Table' },
      ...route('GET /stock', 'Sweep'),
    };

    expect(serviceMapOf({ 'Bazaar-Stock': stack(stock) }).services).toEqual([
      {
        name: 'stock',
        stacks: ['Bazaar-Stock'],
        routes: [{ route: 'GET /stock', fn: 'sweep', internal: false }],
        tables: ['Stock'],
        functions: 1,
        publishes: [],
        subscribes: [],
        schedules: [{ fn: 'sweep', every: 'rate(1 minute)' }],
      },
    ]);
  });
});
