import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, test } from '@jest/globals';
import { aMail, anIdentity, FROM, startSes, stopSes } from './ses-under-test.ts';

afterEach(stopSes);

describe('a mail', () => {
  test('is kept in the mailbox as it was sent', async () => {
    const cloud = await startSes();
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
    const cloud = await startSes();
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
    const cloud = await startSes();
    await anIdentity(cloud);

    const error = await cloud.client.send(aMail(changes)).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ name: code, message: expect.stringMatching(message) });
    expect(cloud.ses.mailbox()).toEqual([]);
  });

  test('may come from any address of a domain, and of those beneath it', async () => {
    const cloud = await startSes();
    await anIdentity(cloud, 'Example.com');

    await cloud.client.send(aMail({ FromEmailAddress: 'any@example.com' }));
    await cloud.client.send(aMail({ FromEmailAddress: 'any@mail.EXAMPLE.com' }));
    const foreign = cloud.client.send(aMail({ FromEmailAddress: 'any@notexample.com' }));

    await expect(foreign).rejects.toMatchObject({ name: 'MessageRejected' });
    expect(cloud.ses.mailbox()).toHaveLength(2);
  });
});
