import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import { dkimTokens, type Identities, type Identity } from './identities.ts';

interface ListInput {
  NextToken?: string;
  PageSize?: number;
}

/** The actions that tell what the account may send from. */
export function identityOperations(identities: Identities): Record<string, AnyOperation> {
  const get: Operation<{ EmailIdentity: string }> = {
    accepts: { EmailIdentity: true },
    requires: ['EmailIdentity'],
    resources: ({ EmailIdentity }) => [identities.arnOf(EmailIdentity)],
    run: ({ EmailIdentity }) => describe(identities.get(EmailIdentity)),
  };
  const list: Operation<ListInput> = {
    accepts: { NextToken: true, PageSize: true },
    resources: () => ['*'],
    run: ({ NextToken, PageSize }) => {
      const { items, nextToken } = page(identities.all(), PageSize, NextToken);
      return { EmailIdentities: items.map(summarize), NextToken: nextToken };
    },
  };
  return { GetEmailIdentity: get, ListEmailIdentities: list };
}

function describe(identity: Identity) {
  return {
    IdentityType: typeOf(identity),
    FeedbackForwardingStatus: identity.forwardsFeedback,
    VerifiedForSendingStatus: true,
    VerificationStatus: 'SUCCESS',
    DkimAttributes: {
      SigningEnabled: identity.isDomain && identity.signingEnabled,
      Status: identity.isDomain ? 'SUCCESS' : 'NOT_STARTED',
      Tokens: identity.isDomain ? dkimTokens(identity) : [],
      SigningAttributesOrigin: 'AWS_SES',
    },
    MailFromAttributes: {
      BehaviorOnMxFailure: identity.behaviorOnMxFailure,
      ...(identity.mailFromDomain && { MailFromDomain: identity.mailFromDomain, MailFromDomainStatus: 'SUCCESS' }),
    },
    Policies: {},
    Tags: identity.tags,
    ConfigurationSetName: identity.configurationSet,
  };
}

function summarize(identity: Identity) {
  return {
    IdentityType: typeOf(identity),
    IdentityName: identity.name,
    SendingEnabled: true,
    VerificationStatus: 'SUCCESS',
  };
}

function typeOf({ isDomain }: Identity): string {
  return isDomain ? 'DOMAIN' : 'EMAIL_ADDRESS';
}
