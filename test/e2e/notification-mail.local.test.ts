import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { eventually } from '../setup/eventually.ts';
import { aMailTo, mailTo } from '../setup/mailbox.ts';
import type { Buyer } from '../setup/shop.ts';

async function addressOf(buyer: Buyer): Promise<{ email: string; username: string }> {
  return (await shop.call(`GET /api/v1/users/${buyer.user_id}`, buyer)).body;
}

// Needs BAZAAR_AWS_URL, the endpoint of the embedded cloud: on AWS, mail is delivered and cannot be read here.
describe('the mailbox of the embedded cloud', () => {
  test('has a letter of welcome for a new customer', async () => {
    const { email, username } = await addressOf(await shop.aCustomer());

    const mail = await aMailTo(email, /^Welcome/);

    expect(mail).toMatchObject({ to: [email], from: expect.stringContaining('@') });
    expect(mail.text).toMatch(`Hello ${username},\n\nYour account is ready`);
  });

  test.each([
    ['card_ok', /is confirmed$/, 'You have paid 40.00 USD'],
    ['card_declined', /is cancelled$/, 'because your payment was declined'],
    ['card_unavailable', /is cancelled$/, 'because your payment could not be made'],
    ['card_timeout', /40\.00 USD refunded$/, 'We have given 40.00 USD back'],
  ])('has a letter that tells what became of an order by %s', async (payment_method, subject, words) => {
    const product_id = await shop.aProduct({ price: 20 });
    const jane = await shop.aCustomer();
    const { email } = await addressOf(jane);

    const { order_id } = await shop.settledOrder(jane, { product_id, quantity: 2, payment_method });
    const mail = await aMailTo(email, subject);

    expect(mail.subject).toContain(order_id.slice(0, 8));
    expect(mail.text).toContain(order_id);
    expect(mail.text).toContain(words);
  });

  test('has one letter for each thing that was told', async () => {
    const product_id = await shop.aProduct();
    const jane = await shop.aCustomer();
    const { email } = await addressOf(jane);
    await shop.settledOrder(jane, { product_id });
    await aMailTo(email, /is confirmed$/);
    await aMailTo(email, /^Welcome/);

    const listed = await eventually(async () => {
      const { body } = await shop.call('GET /api/v1/notifications', jane);
      return body.notifications.length === 2 && body.notifications;
    });

    const letters = await mailTo(email);
    expect(letters.map(({ headers }) => headers['X-Notification-Id']).sort()).toEqual(
      listed.map(({ notification_id }: { notification_id: string }) => notification_id).sort(),
    );
  });
});
