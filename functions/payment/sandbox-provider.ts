import { type PaymentProvider, ProviderTimeout, ProviderUnavailable } from './payment-provider.ts';
import { countAttempt, recordCharge, recordDecline, recordRefund } from './sandbox-ledger-table.ts';

/** How long an answer may take, ms. */
const ANSWER_WITHIN_MS = 1_000;
/** `card_flaky` fails this often, then works. */
const FLAKY_FAILURES = 2;

const never = new Promise<never>(() => {});

/**
 * A payment provider to try things out with: it keeps a ledger as a real one does, and its test cards fail in the
 * ways in which real ones fail.
 */
export const sandboxProvider: PaymentProvider = {
  async charge({ key, amount, payment_method }) {
    switch (payment_method) {
      case 'card_ok':
        return recordCharge(key, amount);
      case 'card_timeout':
        await recordCharge(key, amount);
        return answerInTime(never);
      case 'card_flaky':
        if ((await countAttempt(key)) <= FLAKY_FAILURES) throw new ProviderUnavailable('The provider is busy.');
        return recordCharge(key, amount);
      case 'card_unavailable':
        throw new ProviderUnavailable('The provider is down.');
      default:
        return recordDecline(key, amount);
    }
  },
  refund: recordRefund,
};

async function answerInTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ProviderTimeout('The provider did not answer.')), ANSWER_WITHIN_MS);
  });
  return Promise.race([answer, deadline]).finally(() => clearTimeout(timer));
}
