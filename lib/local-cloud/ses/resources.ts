import type { Physical, Resource, ResourceType } from '../core/service.ts';
import { dkimTokens, type Identities, type Identity } from './identities.ts';

const NOT_DELIVERED = 'mail is kept in the mailbox here, not delivered';
const LONGEST_NAME = 64;

/** The resource types of SES. Key pairs of one's own for DKIM, and event destinations, are not modelled. */
export function sesResourceTypes(identities: Identities): ResourceType[] {
  return [
    {
      type: 'AWS::SES::EmailIdentity',
      properties: {
        EmailIdentity: true,
        ConfigurationSetAttributes: { ConfigurationSetName: true },
        DkimAttributes: { SigningEnabled: true },
        DkimSigningAttributes: { NextSigningKeyLength: 'mail is not signed here' },
        FeedbackAttributes: { EmailForwardingEnabled: true },
        MailFromAttributes: { BehaviorOnMxFailure: true, MailFromDomain: true },
        Tags: true,
      },
      create: (resource) => createIdentity(resource, identities),
    },
    {
      type: 'AWS::SES::ConfigurationSet',
      properties: {
        Name: true,
        SendingOptions: { SendingEnabled: true },
        DeliveryOptions: {
          MaxDeliverySeconds: NOT_DELIVERED,
          SendingPoolName: NOT_DELIVERED,
          TlsPolicy: NOT_DELIVERED,
        },
        ReputationOptions: { ReputationMetricsEnabled: NOT_DELIVERED },
        SuppressionOptions: { SuppressedReasons: 'no mail bounces here' },
        TrackingOptions: { CustomRedirectDomain: 'nobody clicks here', HttpsPolicy: 'nobody clicks here' },
        Tags: 'tags have no effect here',
        VdmOptions: {
          DashboardOptions: { EngagementMetrics: NOT_DELIVERED },
          GuardianOptions: { OptimizedSharedDelivery: NOT_DELIVERED },
        },
      },
      create: (resource) => {
        const { Name, SendingOptions } = resource.properties;
        const name = Name ?? resource.generatedName(LONGEST_NAME);
        identities.addConfigurationSet({ name, sendingEnabled: isOn(SendingOptions?.SendingEnabled) });
        return { ref: name };
      },
    },
  ];
}

function createIdentity({ properties }: Resource, identities: Identities): Physical {
  const { ConfigurationSetAttributes, DkimAttributes, FeedbackAttributes, MailFromAttributes, Tags } = properties;
  const identity = identities.add({
    name: properties.EmailIdentity,
    configurationSet: ConfigurationSetAttributes?.ConfigurationSetName,
    mailFromDomain: MailFromAttributes?.MailFromDomain,
    behaviorOnMxFailure: MailFromAttributes?.BehaviorOnMxFailure ?? 'USE_DEFAULT_VALUE',
    signingEnabled: isOn(DkimAttributes?.SigningEnabled),
    forwardsFeedback: isOn(FeedbackAttributes?.EmailForwardingEnabled),
    tags: Tags ?? [],
  });
  return { ref: identity.name, attributes: dkimRecords(identity) };
}

/** What a domain's owner would put into its DNS. */
function dkimRecords(identity: Identity): Record<string, string> {
  const records = dkimTokens(identity).flatMap((token, index) => [
    [`DkimDNSTokenName${index + 1}`, `${token}._domainkey.${identity.name}`],
    [`DkimDNSTokenValue${index + 1}`, `${token}.dkim.amazonses.com`],
  ]);
  return Object.fromEntries(records);
}

/** Switches of SES are on unless they are turned off. */
function isOn(value: unknown): boolean {
  return String(value ?? true) === 'true';
}
