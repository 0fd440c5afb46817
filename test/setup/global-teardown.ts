import { hasOwnShop, stopShop } from './global-setup.ts';
import { tracesOfTheSuite } from './traces-of-the-suite.ts';

/** Runs after the end-to-end tests: what all of them have done together is looked at, where that can be done. */
export default async function endShop(): Promise<void> {
  try {
    if (hasOwnShop()) process.stdout.write(`${await tracesOfTheSuite(process.env.BAZAAR_AWS_URL ?? '')}\n`);
  } finally {
    await stopShop();
  }
}
