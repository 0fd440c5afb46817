import type { RestRequest, RestRoute } from '../core/service.ts';
import { readJson } from '../core/wire-message.ts';

/** How the AWS SDK and CLI reach the actions. Newer SDKs list with a POST. */
export const ROUTES: RestRoute[] = [
  { method: 'POST', path: '/v2/email/outbound-emails', action: 'SendEmail', input: fromBody },
  { method: 'POST', path: '/v2/email/list-identities', action: 'ListEmailIdentities', input: fromBody },
  {
    method: 'GET',
    path: '/v2/email/identities',
    action: 'ListEmailIdentities',
    input: ({ query }) => ({
      NextToken: query.get('NextToken') ?? undefined,
      PageSize: query.has('PageSize') ? Number(query.get('PageSize')) : undefined,
    }),
  },
  {
    method: 'GET',
    path: '/v2/email/identities/{EmailIdentity}',
    action: 'GetEmailIdentity',
    input: ({ params }) => params,
  },
];

function fromBody({ body }: RestRequest): Record<string, unknown> {
  return readJson(body);
}
