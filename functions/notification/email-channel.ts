import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { traced } from '#lib/runtime/aws/traced-client.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import type { Channel, Delivery } from './channel.ts';

// SES has no idempotency key: a repetition by the SDK after a lost answer may send twice, as one by the queue may.
const ses = traced(new SESv2Client({ maxAttempts: 3 }));

/** SES did not take a mail. Its own words may quote the address, and errors are logged: only its code is kept. */
class EmailNotSent extends Error {
  override readonly name = 'EmailNotSent';

  constructor(notificationId: string, code: string) {
    super(`SES did not take the mail of notification ${notificationId}: ${code}.`);
  }
}

export const email: Channel = {
  name: 'email',
  async send(delivery) {
    try {
      await ses.send(mail(delivery));
    } catch (error) {
      // biome-ignore lint/style/useErrorCause: the cause may quote the address
      throw new EmailNotSent(delivery.notification_id, (error as Error).name);
    }
  },
};

/** Each mail carries the id of its notification, so that one that was sent twice can be told. */
function mail({ notification_id, recipient, subject, text }: Delivery): SendEmailCommand {
  return new SendEmailCommand({
    FromEmailAddress: requiredEnv('MAIL_FROM'),
    Destination: { ToAddresses: [recipient.email] },
    Content: {
      Simple: {
        Subject: { Data: subject, Charset: 'UTF-8' },
        Body: { Text: { Data: text, Charset: 'UTF-8' } },
        Headers: [{ Name: 'X-Notification-Id', Value: notification_id }],
      },
    },
  });
}
