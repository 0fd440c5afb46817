import type { Deployed } from './deploy.ts';
import type { Verdict } from './differences.ts';
import type { Stubbed } from './stub.ts';

export function sayDeployed({ api_url, aws_url, admin_password }: Deployed): string {
  return [
    `The shop is deployed: ${api_url}`,
    `Its administrator is admin, with the password ${admin_password}; other commands take AWS_ENDPOINT_URL=${aws_url}.`,
  ].join('\n');
}

/** A line for each type, with the names of all its resources. */
export function sayStubbed(stubbed: Stubbed[]): string[] {
  const types = Map.groupBy(stubbed, ({ type, why }) => `${type} (${why})`);
  return [...types].map(([type, resources]) => {
    const names = resources.map(({ resource }) => resource.replace(/\/(Resource|Definition)$/, ''));
    return `stubbed: ${type}: ${names.join(', ')}`;
  });
}

export function sayVerdict({ passed, failed, cannot_pass, passed_all_the_same }: Verdict): string {
  return [
    ...cannot_pass.map(({ file, test, why }) => `cannot pass here: ${file}: ${test} (${why})`),
    ...passed_all_the_same.map(
      ({ file, test }) => `passed, although docs/emulators.md says it cannot: ${file}: ${test}`,
    ),
    ...failed.map(({ file, test }) => `failed: ${file}: ${test}`),
    `${passed} tests passed, ${failed.length} failed, ${cannot_pass.length} cannot pass here (docs/emulators.md)`,
  ].join('\n');
}
