import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { allOperations, type Operation } from './operations.ts';

interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, string> }>;
}

const assembly = join(__dirname, '../../cdk.out');
/** An API of its own, as of another company. */
const NOT_OURS = 'Bazaar-Sandbox.template.json';

/** All that API Gateway has been told, of the stacks that are deployed: nothing is there by accident. */
function deployedRoutes(): { key: string; authorization: string }[] {
  const files = globSync('Bazaar-*.template.json', { cwd: assembly }).filter((file) => file !== NOT_OURS);
  return files
    .flatMap((file) => Object.values((JSON.parse(readFileSync(join(assembly, file), 'utf8')) as Template).Resources))
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .map(({ Properties: { RouteKey = '', AuthorizationType = 'NONE' } }) => ({
      key: RouteKey,
      authorization: AuthorizationType,
    }));
}

const isInternal = ({ key }: { key: string }) => key.includes(' /internal/');
const keyOf = ({ method, path }: Operation) => `${method} ${path}`;

test('every deployed route is in the contract, and the other way round', () => {
  const open = deployedRoutes().filter((route) => !isInternal(route) && route.key !== '$default');

  expect(open.map(({ key }) => key).sort()).toEqual(allOperations().map(keyOf).sort());
});

test('what is not in the contract is for services that sign their calls', () => {
  const internal = deployedRoutes().filter(isInternal);

  expect(internal.length).toBeGreaterThan(0);
  for (const { key, authorization } of internal) expect([key, authorization]).toEqual([key, 'AWS_IAM']);
});
