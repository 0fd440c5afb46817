import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Endpoint } from '#lib/local-cloud/core/wire.ts';
import { createSes, type Ses } from '#lib/local-cloud/ses/ses.ts';
import { clientSettings, createTestCloud, type TestCloud } from '../core/test-cloud.ts';

/** The address that mail of the tests comes from. */
export const FROM = 'shop@example.com';

let endpoint: Endpoint | undefined;

/** After each test. */
export async function stopSes(): Promise<void> {
  await endpoint?.stop();
  endpoint = undefined;
}

export interface SesUnderTest extends TestCloud {
  ses: Ses;
  url: string;
  client: SESv2Client;
  clientOf(roleArn: string): SESv2Client;
}

/** SES behind an endpoint of its own. */
export async function startSes(): Promise<SesUnderTest> {
  const cloud = createTestCloud();
  const ses = cloud.register(createSes(cloud.context));
  const listening = await cloud.listen();
  endpoint = listening;
  const clientOf = (roleArn: string) => new SESv2Client(clientSettings(listening, cloud.iam.credentialsFor(roleArn)));
  return { ...cloud, ses, url: listening.url, client: new SESv2Client(clientSettings(listening)), clientOf };
}

export function aMail(changes: Partial<SendEmailCommandInput> = {}): SendEmailCommand {
  return new SendEmailCommand({
    FromEmailAddress: FROM,
    Destination: { ToAddresses: ['jane@example.org'] },
    Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'How are you?' } } } },
    ...changes,
  });
}

export const anIdentity = (cloud: TestCloud, EmailIdentity = FROM, more: object = {}) =>
  cloud.create('AWS::SES::EmailIdentity', { EmailIdentity, ...more }, EmailIdentity);
