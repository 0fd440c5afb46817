import type { CloudContext, ServiceModule } from '../core/service.ts';
import { Identities } from './identities.ts';
import { identityOperations } from './identity-operations.ts';
import { type Mail, Mailbox } from './mailbox.ts';
import { sesResourceTypes } from './resources.ts';
import { ROUTES } from './routes.ts';
import { sendEmailOperation } from './send-email.ts';

export interface Ses extends ServiceModule {
  /** The mail that was sent, to one address or all of it; the oldest first. */
  mailbox(filter?: { to?: string }): Mail[];
}

/**
 * SES: takes mail and keeps it in a mailbox that can be read, here by {@link Ses.mailbox} and at the endpoint by
 * `GET /_bazaar/mailbox?to=...`. Nothing is delivered, and nothing is kept over a restart.
 */
export function createSes(context: CloudContext): Ses {
  const identities = new Identities(context.account);
  const mailbox = new Mailbox();
  return {
    name: 'ses',
    protocol: { kind: 'rest-json', routes: ROUTES },
    operations: { SendEmail: sendEmailOperation({ context, identities, mailbox }), ...identityOperations(identities) },
    resourceTypes: sesResourceTypes(identities),
    pages: { mailbox: (query) => ({ messages: mailbox.read({ to: query.get('to') ?? undefined }) }) },
    mailbox: (filter) => mailbox.read(filter),
  };
}
