import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { PublishedEvents } from './published-events.ts';
import { RecoveryShop, START_LIMIT_MS } from './recovery-shop.ts';

/** The shop of this test file, which all suites in it share, from its first hook or test on. */
export let shop: RecoveryShop;
/** What its bus has taken. */
export let published: PublishedEvents;

let services: string[] | undefined;

/** Called by a test file whose suites take only these services, and those that they depend on. */
export function hostOnly(...names: string[]): void {
  services = names;
}

beforeAll(async () => {
  shop = await RecoveryShop.start({ services });
  published = new PublishedEvents(shop);
}, START_LIMIT_MS);

afterEach(() => {
  shop.faults.end();
  shop.endOldVisit();
});

afterAll(() => shop?.stop());
