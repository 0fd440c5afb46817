import {
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  type ListEmailIdentitiesResponse,
} from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, test } from '@jest/globals';
import { aMail, anIdentity, FROM, startSes, stopSes } from './ses-under-test.ts';

afterEach(stopSes);

describe('an identity', () => {
  test('is verified from the start, and tells so', async () => {
    const cloud = await startSes();
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
    const { client } = await startSes();

    await expect(client.send(new GetEmailIdentityCommand({ EmailIdentity: 'x.com' }))).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Email identity x.com does not exist.',
    });
  });

  test('lists page by page, also as older SDKs ask', async () => {
    const cloud = await startSes();
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
    const cloud = await startSes();
    await anIdentity(cloud);
    const paused = { Name: 'paused', SendingOptions: { SendingEnabled: false } };
    await cloud.create('AWS::SES::ConfigurationSet', paused);

    await expect(cloud.client.send(aMail({ ConfigurationSetName: 'paused' }))).rejects.toMatchObject({
      name: 'SendingPausedException',
    });
    expect(cloud.ses.mailbox()).toEqual([]);
  });

  test('without a name gets one', async () => {
    const cloud = await startSes();

    expect(await cloud.create('AWS::SES::ConfigurationSet', {})).toEqual({ ref: 'shop-Thing-ABCDEF' });
  });
});
