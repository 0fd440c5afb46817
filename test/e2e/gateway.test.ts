import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { expectProblem } from '../setup/expect-problem.ts';

describe('the front door', () => {
  test('knows no route that nobody serves', async () => {
    expectProblem(await shop.call('GET /api/v1/nonsense'), 404, 'ROUTE_NOT_FOUND');
    expectProblem(await shop.call('PATCH /api/v1/orders'), 404, 'ROUTE_NOT_FOUND');
  });

  test.each([
    'gateway',
    'user',
    'product',
    'inventory',
    'cart',
    'payment',
    'order',
    'notification',
    'registry',
    'view',
  ])('tells that %s is healthy', async (service) => {
    const answer = await shop.call(`GET /api/v1/${service}/health`);

    expect(answer).toMatchObject({ status: 200, body: { service, version: expect.any(String), status: 'healthy' } });
  });

  test('keeps the correlation id and the trace of the caller in every answer', async () => {
    const headers = {
      'x-correlation-id': 'my-id',
      traceparent: '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01',
    };

    for (const route of ['GET /api/v1/products', 'GET /api/v1/orders/1', 'GET /nowhere']) {
      const answer = await shop.call(route, { headers });
      expect(answer.headers.get('x-correlation-id')).toBe('my-id');
      expect(answer.headers.get('traceparent')).toMatch(/^00-5759e988bd862e3fe1be46a994272793-/);
    }
    const { headers: fresh } = await shop.call('GET /nowhere');
    expect(fresh.get('x-correlation-id')).toEqual(expect.any(String));
    expect(fresh.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

describe('the contract', () => {
  const committed = JSON.parse(readFileSync(join(__dirname, '../../contracts/openapi.json'), 'utf8'));

  test('is told to programs', async () => {
    const answer = await shop.call('GET /openapi.json');

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(committed);
  });

  test('is told to people, on a page that needs no other host', async () => {
    const answer = await shop.call('GET /docs');

    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(answer.body).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const path of Object.keys(committed.paths)) expect(answer.body).toContain(path);
  });
});
