import type { Account } from './account.ts';
import type { Api } from './api.ts';
import type { LocalPage } from './service.ts';
import { type WireReply, type WireRequest, writeJson } from './wire-message.ts';

/** No AWS path begins like this. */
const PREFIX = '/_bazaar/';

/** The page that a request asks for: that of a module, or the cloud's own `health`. */
export function findPage({ method, path }: WireRequest, api: Api, account: Account): LocalPage | undefined {
  if (method !== 'GET' || !path.startsWith(PREFIX)) return undefined;
  const name = path.slice(PREFIX.length);
  if (name === 'health') return () => health(api, account);
  const owner = api.modules().find(({ pages }) => pages && Object.hasOwn(pages, name));
  return owner?.pages?.[name];
}

export async function showPage(page: LocalPage, { query }: WireRequest): Promise<WireReply> {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: writeJson(await page(query)) };
}

function health(api: Api, account: Account) {
  const services = api.modules().map((module) => module.name);
  return { status: 'ok', account: account.id, region: account.region, services };
}
