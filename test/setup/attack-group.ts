import { afterAll, describe, expect } from '@jest/globals';
import type { Answer } from './shop.ts';

/** So many attacks are on their way at once: the shop has two cores, and others test beside us. */
const AT_ONCE = 8;

/** Tries each attack. `attempt` resolves to what came through, in words, or to nothing when the attack was fended off. */
export type Try = <Attack>(
  attacks: Attack[],
  attempt: (attack: Attack) => Promise<string | undefined | false>,
) => Promise<void>;

/** Tests that count their attacks: at the end the group prints how many there were, and fails if there were none. */
export function attackGroup(name: string, define: (tryEach: Try) => void): void {
  describe(name, () => {
    let made = 0;
    define(async (attacks, attempt) => {
      const waiting = [...attacks];
      const cameThrough: string[] = [];
      const attackers = Array.from({ length: AT_ONCE }, async () => {
        for (let attack = waiting.shift(); attack !== undefined; attack = waiting.shift()) {
          made++;
          const words = await attempt(attack).catch((error: unknown) => `${labelOf(attack)}: ${error}`);
          if (words) cameThrough.push(words);
        }
      });
      await Promise.all(attackers);
      expect(attacks.length).toBeGreaterThan(0);
      expect(cameThrough).toEqual([]);
    });

    afterAll(() => {
      process.stdout.write(`${name}: ${made} attacks\n`);
      expect(made).toBeGreaterThan(0);
    });
  });
}

/** Every fifth of a table, others for each next place: what comes through at all is work for the whole shop. */
export function someOf<Item>(table: Item[], index: number): Item[] {
  return table.filter((_, n) => n % 5 === index % 5);
}

function labelOf(attack: unknown): string {
  return JSON.stringify(attack)?.slice(0, 200) ?? String(attack);
}

/** Stack traces, files, and names of what we are built with. */
const OUR_INSIDES = /\bat .*:\d+:\d+|node_modules|\.mjs|dynamodb|ValidationException|AccessDenied|scrypt|zod/i;

/** What is wrong with an answer that should be a problem with one of these statuses; nothing if it is one. */
export function unlessRefused(what: string, { status, headers, body }: Answer, ...statuses: number[]) {
  const text = JSON.stringify({ ...body, instance: '' });
  if (!statuses.includes(status)) return `${what} is answered ${status}: ${text.slice(0, 200)}`;
  if (headers.get('content-type') !== 'application/problem+json')
    return `${what} is answered ${status} without a problem`;
  return OUR_INSIDES.test(text) && `${what} is told of our insides: ${text.slice(0, 300)}`;
}
