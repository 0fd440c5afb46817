import type { Edge, EdgeKind } from './edges.ts';
import { pictureOf } from './picture.ts';
import type { MappedService, ServiceMap } from './service-map.ts';

const INTRODUCTION = `# Which service has to do with which

Written by \`npm run map\` from the synthesized templates, and tested to be current: change the stacks, not this page.
\`npm run map -- --check\` says whether it is current, \`npm run map -- --json\` gives the same as JSON.`;

const LEGEND =
  'Thick: a saga runs functions of the other. Plain: a call by HTTP. Dotted: events, by way of the bus and a queue.';

const HOW = `## What is read from where

| In the templates | On the map |
| --- | --- |
| tag \`Service\` of a stack | which service it is |
| rule of the bus, its queue, who consumes that | who subscribes to what |
| who may put events onto the bus, and as which source | who publishes |
| state machine, the functions of its tasks | a saga and its steps |
| \`execute-api:Invoke\` on a route, the address of a route or of another's API in a function's environment | calls |
| parameters with a health route, and who may read them | health checks |
| rules with a schedule | what runs by itself |

Templates name only the events that somebody listens to; the others are from [contracts/asyncapi.json](../contracts/asyncapi.json). What the live route table forwards to is not in any template, so it is not here.`;

/** docs/map.md */
export function pageOf({ services, edges }: ServiceMap): string {
  const between = (kind: EdgeKind) => edges.filter((edge) => edge.kind === kind);
  const parts = [
    INTRODUCTION,
    pictureOf(edges),
    LEGEND,
    `## Calls\n\n${edgeTable(between('calls'), ['Who', 'Whom', 'Routes'])}`,
    `## Sagas\n\n${edgeTable(between('saga'), ['Whose', 'Runs functions of', 'Functions'])}`,
    `## Events\n\n${edgeTable(between('events'), ['From', 'To', 'Events'])}`,
    `## Health\n\n${healthOf(between('health'))}`,
    '## Service by service',
    ...services.map(sectionOf),
    HOW,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What stands in the README between the markers. */
export function readmePartOf({ edges }: ServiceMap): string {
  return `${pictureOf(edges)}\n\n${LEGEND} The registry asks each how it is; [all of it, from the templates](docs/map.md).`;
}

function edgeTable(edges: Edge[], head: string[]): string {
  return table(
    head,
    edges.map(({ from, to, what }) => [from, to, code(what)]),
  );
}

function healthOf(edges: Edge[]): string {
  const askers = [...new Set(edges.map(({ from }) => from))];
  return askers
    .map((asker) => {
      const asked = edges.filter(({ from }) => from === asker).map(({ to }) => to);
      return `${asker} asks how they are: ${asked.join(', ')}.`;
    })
    .join('\n');
}

function sectionOf({
  name,
  stacks,
  routes,
  tables,
  functions,
  publishes,
  subscribes,
  schedules,
}: MappedService): string {
  const count = `Stack ${code(stacks)}: ${counted(functions, 'function')}, ${tablesOf(tables)}.`;
  const rows = [
    ...routes.map(({ route, fn, internal }) => [internal ? 'route for services' : 'route', code([route]), fn]),
    ...subscribes.map(({ types, fn, replayed }) => [replayed ? 'hears in a replay' : 'hears', code(types), fn]),
    ...schedules.map(({ every, fn }) => ['schedule', code([every]), fn]),
    ...publishes.map((type) => ['publishes', code([type]), '']),
  ];
  const details = rows.length > 0 ? `\n\n${table(['', 'What', 'Function'], rows)}` : '';
  return `### ${name}\n\n${count}${details}`;
}

function tablesOf(tables: string[]): string {
  return tables.length > 0 ? `${tables.length === 1 ? 'table' : 'tables'} ${code(tables)}` : 'no table';
}

function counted(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}

function code(items: string[]): string {
  return items.map((item) => `\`${item}\``).join(', ');
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
