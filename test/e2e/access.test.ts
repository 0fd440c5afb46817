import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { expectProblem } from '../setup/expect-problem.ts';

const PUBLIC = [
  /^GET \/\.well-known\//,
  /^GET \/api\/v1\/\w+\/health$/,
  /^GET \/api\/v[12]\/products/,
  /^POST \/api\/v1\/users$/,
  /^POST \/api\/v1\/auth\/login$/,
];

interface Template {
  Resources: Record<string, { Type: string; Properties: { RouteKey?: string } }>;
}

/** Every route of every synthesized stack, such as `GET /api/v1/orders/{order_id}`. */
function allRoutes(): string[] {
  const root = join(__dirname, '../..');
  const templates = globSync('cdk.out/*.template.json', { cwd: root });
  return templates.flatMap((file) => {
    const { Resources }: Template = JSON.parse(readFileSync(join(root, file), 'utf8'));
    const routes = Object.values(Resources).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route');
    return routes.map(({ Properties }) => Properties.RouteKey ?? '');
  });
}

const guarded = allRoutes().filter((route) => route !== '$default' && !PUBLIC.some((open) => open.test(route)));

describe('without a token', () => {
  test.each(guarded)('%s is not answered', async (route) => {
    const answer = await shop.call(route.replaceAll(/\{\w+\}/g, 'x'));

    expectProblem(answer, 401, 'UNAUTHORIZED');
  });
});
