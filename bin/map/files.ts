import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageOf, readmePartOf } from './page.ts';
import { type ServiceMap, serviceMapOf } from './service-map.ts';
import { readTemplates } from './templates.ts';

const BEGIN = '<!-- map: written by `npm run map` -->';
const END = '<!-- /map -->';

/** The map of the app in cdk.out/, with all events that the contracts have. */
export function currentMap(root: string): ServiceMap {
  return serviceMapOf(readTemplates(join(root, 'cdk.out')), publishedIn(join(root, 'contracts/asyncapi.json')));
}

/** Files that show the map, as they should be. */
export function filesOf(root: string, map: ServiceMap): Record<string, string> {
  return {
    'README.md': withPart(readFileSync(join(root, 'README.md'), 'utf8'), readmePartOf(map)),
    'docs/map.md': pageOf(map),
  };
}

/** Those that are not as they should be. */
export function outdated(root: string, files: Record<string, string>): string[] {
  return Object.keys(files).filter((file) => textOf(join(root, file)) !== files[file]);
}

/** @throws Error when there are no markers to write between */
export function withPart(readme: string, part: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END, begin);
  if (begin < 0 || end < 0)
    throw new Error(`README.md has no place for the map: write ${BEGIN} and ${END} where it is.`);
  return `${readme.slice(0, begin)}${BEGIN}\n${part}\n${readme.slice(end)}`;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Operations are called `order:publish:order.created`. */
function publishedIn(file: string): Record<string, string[]> {
  const { operations } = JSON.parse(readFileSync(file, 'utf8')) as { operations: Record<string, object> };
  const published: Record<string, string[]> = {};
  for (const operation of Object.keys(operations)) {
    const [service = '', verb, type = ''] = operation.split(':');
    if (verb === 'publish') published[service] = [...(published[service] ?? []), type];
  }
  return published;
}
