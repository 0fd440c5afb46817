import { type Schema, schemaList, typeOf } from './docs-schema.ts';
import { DOCS_STYLE } from './docs-style.ts';
import { type Html, html, withCode } from './html.ts';

/** Of the OpenAPI document, what the page shows. */
export interface Contract {
  info: { title: string; version: string; description: string };
  tags: { name: string }[];
  paths: Record<string, Record<string, unknown>>;
  components: {
    schemas: Record<string, Schema>;
    parameters: Record<string, Parameter>;
    responses: Record<string, Response>;
  };
}

interface Operation {
  operationId: string;
  summary: string;
  deprecated?: boolean;
  tags: string[];
  security: { bearer: string[] }[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, Response>;
}

interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

interface Response {
  $ref?: string;
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { schema: Schema }>;
}

interface Listed {
  method: string;
  path: string;
  operation: Operation;
  parameters: Parameter[];
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** The contract as a page that needs nothing else: no script, no font, no other host. */
export function docsPage(contract: Contract): string {
  const { info, tags } = contract;
  const sections = tags.map(({ name }) => ({ name, operations: operationsOf(contract, name) }));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title} API ${info.version}</title>
<style>${DOCS_STYLE}</style>
</head>
<body>
<a class="skip" href="#main">To the operations</a>
<header><h1>${info.title} API <small>${info.version}</small></h1>${introduction(info.description)}
<p>For programs: <a href="/openapi.json">openapi.json</a></p></header>
<nav aria-label="Operations">${sections.map(navigationOf)}<p class="group"><a href="#schemas">Schemas</a></p></nav>
<main id="main">
${sections.map(({ name, operations }) => sectionOf(name, operations, contract))}
<section id="schemas"><h2>Schemas</h2>${Object.entries(contract.components.schemas).map(schemaOf)}</section>
</main>
</body>
</html>
`;
  return page.text;
}

function introduction(description: string): Html[] {
  const [paragraph = '', list = ''] = description.split('\n\n');
  const items = list.split(/^- /m).filter(Boolean);
  return [html`<p>${withCode(paragraph)}</p>`, html`<ul>${items.map((item) => html`<li>${withCode(item)}</li>`)}</ul>`];
}

/** The operations of a service by path, the newest version of each first. */
function operationsOf({ paths }: Contract, service: string): Listed[] {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method): Listed => {
      return { method, path, operation: item[method] as Operation, parameters: (item.parameters ?? []) as Parameter[] };
    }),
  );
  const orderOf = ({ path, method }: Listed) => {
    const version = Number(/^\/api\/v(\d+)/.exec(path)?.[1] ?? 0);
    return `${path.replace(/^\/api\/v\d+/, '')} ${METHODS.indexOf(method)} ${9 - version}`;
  };
  return all
    .filter(({ operation }) => operation.tags.includes(service))
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function navigationOf({ name, operations }: { name: string; operations: Listed[] }): Html {
  return html`<p class="group"><a href="#${anchorOf(name)}">${name}</a></p><ul>${operations.map(
    ({ operation, method, path }) =>
      html`<li><a href="#${operation.operationId}"${operation.deprecated && html` class="deprecated"`}><b class="${method}">${method.toUpperCase()}</b> ${path}</a></li>`,
  )}</ul>`;
}

function anchorOf(service: string): string {
  return `service-${service.replaceAll(' ', '-')}`;
}

function sectionOf(name: string, operations: Listed[], contract: Contract): Html {
  return html`<section id="${anchorOf(name)}"><h2>${name}</h2>${operations.map((listed) => articleOf(listed, contract))}</section>
`;
}

function articleOf({ method, path, operation, parameters }: Listed, { components }: Contract): Html {
  const own = [...parameters.filter(({ $ref }) => !$ref), ...(operation.parameters ?? [])];
  const [body] = Object.values(operation.requestBody?.content ?? {});
  return html`<article id="${operation.operationId}">
<h3><a href="#${operation.operationId}"><b class="${method}">${method.toUpperCase()}</b> <code>${path}</code></a></h3>
<p>${withCode(operation.summary)}</p>
<p class="facts"><span>${callersOf(operation)}</span>${operation.deprecated && html`<span class="warning">deprecated: use version 2</span>`}</p>
${own.length > 0 && parametersTable(own)}
${body && html`<h4>Body</h4>${schemaList(body.schema)}`}
<h4>Answers</h4><dl>${Object.entries(operation.responses).map(([status, response]) => answerOf(status, resolved(response, components.responses)))}</dl>
</article>
`;
}

function callersOf({ security }: Operation): string {
  const [requirement] = security;
  if (!requirement) return 'public';
  return requirement.bearer.includes('admin') ? 'administrators' : 'any token';
}

function parametersTable(parameters: Parameter[]): Html {
  return html`<h4>Parameters</h4><div class="scroll"><table><thead><tr><th>Name</th><th>In</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${parameters.map(
    ({ name, in: place, required, schema, description }) =>
      html`<tr><td><code>${name}</code>${required && html` <em>required</em>`}</td><td>${place}</td><td>${typeOf(schema)}</td><td>${description ?? ''}</td></tr>`,
  )}</tbody></table></div>`;
}

function resolved(response: Response, shared: Record<string, Response>): Response {
  return shared[response.$ref?.split('/').at(-1) ?? ''] ?? response;
}

function answerOf(status: string, { description, content = {}, headers = {} }: Response): Html {
  const isProblem = 'application/problem+json' in content;
  const shown = isProblem ? html`<code>${description}</code>` : html`${description}`;
  const own = Object.keys(headers).filter((name) => !['X-Correlation-Id', 'traceparent'].includes(name));
  const bodies = isProblem ? [] : bodiesOf(content);
  return html`<dt class="${isProblem ? 'problem' : 'success'}">${status}</dt><dd>${shown}${own.length > 0 && html` <small>with ${own.join(', ')}</small>`}${bodies.map(
    ({ types, schema }) => html`<div>${schemaList(schema)}${types && html` <small>${types}</small>`}</div>`,
  )}</dd>`;
}

/** Media types that carry the same are shown together; of one alone the type goes without saying. */
function bodiesOf(content: NonNullable<Response['content']>): { types: string | undefined; schema: Schema }[] {
  const bySchema = Map.groupBy(Object.entries(content), ([, { schema }]) => JSON.stringify(schema));
  const isOnlyOne = Object.keys(content).length === 1;
  return [...bySchema.values()].map((same) => ({
    types: isOnlyOne ? undefined : same.map(([type]) => type).join(', '),
    schema: same[0]?.[1].schema ?? {},
  }));
}

function schemaOf([name, schema]: [string, Schema]): Html {
  return html`<article id="schema-${name}"><h3><a href="#schema-${name}">${name}</a></h3>${schemaList(schema)}</article>
`;
}
