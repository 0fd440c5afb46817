import { stopShop } from './global-setup.ts';
import { checkLogLines } from './log-lines.ts';

/** Runs after the end-to-end tests: every line that they have made somebody log can be found by what it is about. */
export default async function endShop(): Promise<void> {
  try {
    const { BAZAAR_AWS_URL } = process.env;
    if (BAZAAR_AWS_URL) process.stdout.write(`${await checkLogLines(BAZAAR_AWS_URL)}\n`);
  } finally {
    await stopShop();
  }
}
