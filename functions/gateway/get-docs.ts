import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { html } from '#lib/runtime/http/response.ts';
import contract from '../../contracts/openapi.json' with { type: 'json' };
import { type Contract, docsPage } from './docs-page.ts';
import { GetDocs } from './gateway-api.ts';

const HEADERS = {
  'cache-control': 'public, max-age=300',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
};

let page: string | undefined;

export const handler = httpHandler(GetDocs, async () => {
  page ??= docsPage(contract as unknown as Contract);
  return html(page, HEADERS);
});
