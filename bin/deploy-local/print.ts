import type { Deployed } from './deploy.ts';
import type { Verdict } from './differences.ts';

export function sayDeployed({ api_url, aws_url, admin_password }: Deployed): string {
  return [
    `The shop is deployed: ${api_url}`,
    `Its administrator is admin, with the password ${admin_password}; other commands take AWS_ENDPOINT_URL=${aws_url}.`,
  ].join('\n');
}

export function sayVerdict({ passed, known, unknown, passedAllTheSame }: Verdict): string {
  return [
    ...known.map(({ file, title, why }) => `cannot pass here: ${file}: ${title} (${why})`),
    ...passedAllTheSame.map(({ file, test }) => `passed, although docs/emulators.md says it cannot: ${file}: ${test}`),
    ...unknown.map(({ file, test }) => `failed: ${file}: ${test}`),
    `${passed} tests passed, ${known.length} cannot pass here (docs/emulators.md), ${unknown.length} failed`,
  ].join('\n');
}
