import type { Account } from './account.ts';
import type { Api } from './api.ts';
import { AwsError } from './aws-error.ts';
import { readJson, type WireReply, type WireRequest, writeJson } from './wire-message.ts';

/** No AWS path begins like this. */
const PREFIX = '/_bazaar/';

/** What a request asks for: a page of a module, or the cloud's own `health`. Resolves to what is shown. */
export function findPage(request: WireRequest, api: Api, account: Account): (() => unknown) | undefined {
  const { method, path, query } = request;
  if (!path.startsWith(PREFIX)) return undefined;
  const name = path.slice(PREFIX.length);
  if (name === 'health' && method === 'GET') return () => health(api, account);
  const owner = api.modules().find(({ pages }) => pages && Object.hasOwn(pages, name));
  const page = owner?.pages?.[name];
  if (typeof page === 'function') return method === 'GET' ? () => page(query) : undefined;
  if (!page || !(method === 'GET' || method === 'POST' || method === 'DELETE')) return undefined;
  const handle = page[method];
  return handle && (() => handle(query, method === 'POST' ? readPosted(request) : undefined));
}

/** Only JSON that says so: a page in a browser cannot send that to another origin without asking first. */
function readPosted({ headers, body }: WireRequest): unknown {
  if (/^application\/json\b/.test(headers['content-type'] ?? '')) return readJson(body);
  throw new AwsError('ValidationException', 'Send JSON, with the content type application/json.', 415);
}

export async function showPage(page: () => unknown): Promise<WireReply> {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: writeJson(await page()) };
}

function health(api: Api, account: Account) {
  const services = api.modules().map((module) => module.name);
  return { status: 'ok', account: account.id, region: account.region, services };
}
