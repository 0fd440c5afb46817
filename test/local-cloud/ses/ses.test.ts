import {
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  type ListEmailIdentitiesResponse,
  SESv2Client,
  SendEmailCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '#lib/local-cloud/core/wire.ts';
import { createSes, type Ses } from '#lib/local-cloud/ses/ses.ts';
import { clientSettings, createTestCloud, type TestCloud } from '../core/test-cloud.ts';

const FROM = 'shop@example.com';

let endpoint: Endpoint | undefined;
afterEach(async () => {
  await endpoint?.stop();
  endpoint = undefined;
});

interface SesUnderTest extends TestCloud {
  ses: Ses;
  url: string;
  client: SESv2Client;
  clientOf(roleArn: string): SESv2Client;
}

async function setUp(): Promise<SesUnderTest> {
  const cloud = createTestCloud();
  const ses = cloud.register(createSes(cloud.context));
  const listening = await cloud.listen();
  endpoint = listening;
  const clientOf = (roleArn: string) => new SESv2Client(clientSettings(listening, cloud.iam.credentialsFor(roleArn)));
  return { ...cloud, ses, url: listening.url, client: new SESv2Client(clientSettings(listening)), clientOf };
}

function aMail(changes: Partial<SendEmailCommandInput> = {}): SendEmailCommand {
  return new SendEmailCommand({
    FromEmailAddress: FROM,
    Destination: { ToAddresses: ['jane@example.org'] },
    Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'How are you?' } } } },
    ...changes,
  });
}

const anIdentity = (cloud: TestCloud, EmailIdentity = FROM, more: object = {}) =>
  cloud.create('AWS::SES::EmailIdentity', { EmailIdentity, ...more }, EmailIdentity);

describe('a mail', () => {
  test('is kept in the mailbox as it was sent', async () => {
    const cloud = await setUp();
    await anIdentity(cloud);

    const { MessageId } = await cloud.client.send(
      aMail({
        FromEmailAddress: `The Shop <${FROM}>`,
        Destination: { ToAddresses: ['Jane <jane@example.org>'], BccAddresses: ['joe@example.org'] },
        ReplyToAddresses: ['help@example.com'],
        Content: {
          Simple: {
            Subject: { Data: 'Hello' },
            Body: { Text: { Data: 'How are you?' }, Html: { Data: '<p>How are you?</p>' } },
            Headers: [{ Name: 'X-Order', Value: '7' }],
          },
        },
        EmailTags: [{ Name: 'kind', Value: 'greeting' }],
      }),
    );

    expect(cloud.ses.mailbox()).toEqual([
      {
        message_id: MessageId,
        from: `The Shop <${FROM}>`,
        to: ['jane@example.org'],
        cc: [],
        bcc: ['joe@example.org'],
        reply_to: ['help@example.com'],
        subject: 'Hello',
        text: 'How are you?',
        html: '<p>How are you?</p>',
        headers: { 'X-Order': '7' },
        tags: { kind: 'greeting' },
        sent_at: expect.stringMatching(/Z$/),
      },
    ]);
  });

  test('is found by the address that it went to, at the endpoint', async () => {
    const cloud = await setUp();
    await anIdentity(cloud);
    await cloud.client.send(aMail({ Destination: { ToAddresses: ['jane@example.org'] } }));
    await cloud.client.send(aMail({ Destination: { ToAddresses: ['joe@example.org'] } }));

    const mailboxOf = async (to: string) => (await fetch(`${cloud.url}/_bazaar/mailbox${to}`)).json();

    expect(await mailboxOf('')).toEqual({ messages: [expect.anything(), expect.anything()] });
    expect(await mailboxOf('?to=Jane@example.org')).toEqual({
      messages: [expect.objectContaining({ to: ['jane@example.org'] })],
    });
    expect(await mailboxOf('?to=nobody@example.org')).toEqual({ messages: [] });
  });

  test.each<[string, Partial<SendEmailCommandInput>, string, RegExp]>([
    [
      'from an address that is not verified',
      { FromEmailAddress: 'other@example.com' },
      'MessageRejected',
      /^Email address is not verified\. The following identities failed the check in region US-EAST-1: other@example\.com$/,
    ],
    ['from nowhere', { FromEmailAddress: undefined }, 'BadRequestException', /FromEmailAddress/],
    ['to nobody', { Destination: {} }, 'BadRequestException', /recipient/],
    ['to no address', { Destination: { ToAddresses: ['jane'] } }, 'BadRequestException', /Missing final '@domain'/],
    ['to a domain with a blank', { Destination: { ToAddresses: ['jane@a b'] } }, 'BadRequestException', /Domain/],
    ['to an address beyond ASCII', { Destination: { ToAddresses: ['jané@a.b'] } }, 'BadRequestException', /Local/],
    [
      'to too many',
      { Destination: { ToAddresses: Array.from({ length: 51 }, (_, n) => `j${n}@example.org`) } },
      'BadRequestException',
      /exceeds 50/,
    ],
    [
      'without a body',
      { Content: { Simple: { Subject: { Data: 'Hello' }, Body: {} } } },
      'BadRequestException',
      /no body/,
    ],
    [
      'with a header on two lines',
      {
        Content: {
          Simple: {
            Subject: { Data: 'Hello' },
            Body: { Text: { Data: '' } },
            Headers: [{ Name: 'X', Value: 'a\nBcc: joe@example.org' }],
          },
        },
      },
      'BadRequestException',
      /header X/,
    ],
    ['by a configuration set that is not there', { ConfigurationSetName: 'none' }, 'NotFoundException', /none/],
    ['by a template', { Content: { Template: { TemplateName: 't' } } }, 'ValidationException', /Content\.Template/],
  ])('%s is refused', async (_, changes, code, message) => {
    const cloud = await setUp();
    await anIdentity(cloud);

    const error = await cloud.client.send(aMail(changes)).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ name: code, message: expect.stringMatching(message) });
    expect(cloud.ses.mailbox()).toEqual([]);
  });

  test('may come from any address of a domain, and of those beneath it', async () => {
    const cloud = await setUp();
    await anIdentity(cloud, 'Example.com');

    await cloud.client.send(aMail({ FromEmailAddress: 'any@example.com' }));
    await cloud.client.send(aMail({ FromEmailAddress: 'any@mail.EXAMPLE.com' }));
    const foreign = cloud.client.send(aMail({ FromEmailAddress: 'any@notexample.com' }));

    await expect(foreign).rejects.toMatchObject({ name: 'MessageRejected' });
    expect(cloud.ses.mailbox()).toHaveLength(2);
  });
});

describe('a role', () => {
  const allow = (Resource: string | string[], Condition?: object) => ({
    Effect: 'Allow',
    Action: 'ses:SendEmail',
    Resource,
    ...(Condition && { Condition }),
  });

  test('may send from the identity that it is granted, and from no other', async () => {
    const cloud = await setUp();
    await anIdentity(cloud);
    await anIdentity(cloud, 'boss@example.com');
    const role = await cloud.createRole('Sender', allow(cloud.account.arn('ses', `identity/${FROM}`)));
    const client = cloud.clientOf(role);

    await client.send(aMail());
    const denied = client.send(aMail({ FromEmailAddress: 'boss@example.com' }));

    await expect(denied).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('ses:SendEmail on resource: arn:aws:ses:us-east-1:000000000000:identity/boss@'),
    });
    expect(cloud.ses.mailbox()).toHaveLength(1);
  });

  test.each([
    ['named', { ConfigurationSetName: 'tracked' }, {}],
    ['that the identity has', {}, { ConfigurationSetAttributes: { ConfigurationSetName: 'tracked' } }],
  ])('needs the configuration set too, %s', async (_, changes, identity) => {
    const cloud = await setUp();
    await cloud.create('AWS::SES::ConfigurationSet', { Name: 'tracked' });
    await anIdentity(cloud, FROM, identity);
    const identityArn = cloud.account.arn('ses', `identity/${FROM}`);
    const setArn = cloud.account.arn('ses', 'configuration-set/tracked');
    const narrow = await cloud.createRole('Narrow', allow(identityArn));
    const wide = await cloud.createRole('Wide', allow([identityArn, setArn]));

    await expect(cloud.clientOf(narrow).send(aMail(changes))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await cloud.clientOf(wide).send(aMail(changes));

    expect(cloud.ses.mailbox()).toEqual([expect.objectContaining({ configuration_set: 'tracked' })]);
  });

  test('may be held to an address and to recipients', async () => {
    const cloud = await setUp();
    await anIdentity(cloud, 'example.com');
    const condition = {
      StringEquals: { 'ses:FromAddress': FROM },
      'ForAllValues:StringLike': { 'ses:Recipients': '*@example.org' },
    };
    const client = cloud.clientOf(await cloud.createRole('Held', allow('*', condition)));

    await client.send(aMail());
    const wrongSender = client.send(aMail({ FromEmailAddress: 'boss@example.com' }));
    const wrongRecipient = client.send(aMail({ Destination: { ToAddresses: ['jane@example.net'] } }));

    await expect(wrongSender).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(wrongRecipient).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('an identity', () => {
  test('is verified from the start, and tells so', async () => {
    const cloud = await setUp();
    await anIdentity(cloud, FROM);
    const { ref, attributes } = await anIdentity(cloud, 'example.com', { DkimAttributes: { SigningEnabled: 'false' } });

    const identity = await cloud.client.send(new GetEmailIdentityCommand({ EmailIdentity: 'example.com' }));
    const { EmailIdentities } = await cloud.client.send(new ListEmailIdentitiesCommand({}));

    expect(ref).toBe('example.com');
    expect(attributes?.DkimDNSTokenName3).toMatch(/^[a-z2-7]{32}\._domainkey\.example\.com$/);
    expect(attributes?.DkimDNSTokenValue1).toMatch(/^[a-z2-7]{32}\.dkim\.amazonses\.com$/);
    expect(identity).toMatchObject({
      IdentityType: 'DOMAIN',
      VerifiedForSendingStatus: true,
      DkimAttributes: { SigningEnabled: false },
    });
    expect(EmailIdentities).toEqual([
      expect.objectContaining({ IdentityName: FROM, IdentityType: 'EMAIL_ADDRESS', SendingEnabled: true }),
      expect.objectContaining({ IdentityName: 'example.com', IdentityType: 'DOMAIN' }),
    ]);
  });

  test('that is not there is not found', async () => {
    const { client } = await setUp();

    await expect(client.send(new GetEmailIdentityCommand({ EmailIdentity: 'x.com' }))).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Email identity x.com does not exist.',
    });
  });

  test('lists page by page, also as older SDKs ask', async () => {
    const cloud = await setUp();
    for (const name of ['a.com', 'b.com', 'c.com']) await anIdentity(cloud, name);

    const list = async (query: string) =>
      (await (await fetch(`${cloud.url}/v2/email/identities?${query}`)).json()) as ListEmailIdentitiesResponse;
    const first = await list('PageSize=2');
    const rest = await list(`NextToken=${first.NextToken}`);

    const namesOf = ({ EmailIdentities = [] }: typeof first) => EmailIdentities.map(({ IdentityName }) => IdentityName);
    expect([namesOf(first), namesOf(rest)]).toEqual([['a.com', 'b.com'], ['c.com']]);
  });
});

describe('a configuration set', () => {
  test('that does not send, sends nothing', async () => {
    const cloud = await setUp();
    await anIdentity(cloud);
    const paused = { Name: 'paused', SendingOptions: { SendingEnabled: false } };
    await cloud.create('AWS::SES::ConfigurationSet', paused);

    await expect(cloud.client.send(aMail({ ConfigurationSetName: 'paused' }))).rejects.toMatchObject({
      name: 'SendingPausedException',
    });
    expect(cloud.ses.mailbox()).toEqual([]);
  });

  test('without a name gets one', async () => {
    const cloud = await setUp();

    expect(await cloud.create('AWS::SES::ConfigurationSet', {})).toEqual({ ref: 'shop-Thing-ABCDEF' });
  });
});
