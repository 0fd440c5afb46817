import { setTimeout as wait } from 'node:timers/promises';
import { Queues } from './queues.ts';
import type { OrderRow, ReservationRow } from './rows.ts';
import type { ChaosShop } from './shop.ts';
import type { Witness } from './witness.ts';

/** The time is moved by so much at once: a message that failed comes again after a minute. */
const STEP_MS = 60_000;
/** All functions are done when none has run for so long, ms of real time. */
const CALM_MS = 400;
/** A function that hangs is over after ten seconds of real time. */
const CALM_LIMIT_MS = 20_000;
/**
 * Four starts of a saga, five minutes apart; a reservation that is left alone expires after fifteen minutes; each message
 * on the way may fail five times, a minute apart. What is not over after an hour will never be.
 */
const LIMIT_MINUTES = 60;

export interface Quiet {
  /** Minutes of the cloud's time until everything was through. */
  minutes: number;
  redriven: number;
  leftovers: string[];
}

/** Lets the shop recover, with time moved forward, and its operator put dead letters back. */
export async function becomeQuiet(shop: ChaosShop, witness: Witness, onMinute: (minutes: number) => void) {
  const queues = new Queues(shop);
  try {
    return await becomeQuietWith(queues, { shop, witness, onMinute });
  } finally {
    queues.end();
  }
}

interface Parts {
  shop: ChaosShop;
  witness: Witness;
  onMinute: (minutes: number) => void;
}

async function becomeQuietWith(queues: Queues, { shop, witness, onMinute }: Parts): Promise<Quiet> {
  const quiet: Quiet = { minutes: 0, redriven: 0, leftovers: [] };
  for (; quiet.minutes <= LIMIT_MINUTES; quiet.minutes++) {
    await calm(witness);
    quiet.redriven += await queues.redrive();
    quiet.leftovers = [...(await queues.waiting()), ...(await underWay(shop))];
    // Twice: what was only on its way from one queue to the next is seen then.
    if (quiet.leftovers.length === 0 && (await isStill(witness))) return quiet;
    onMinute(quiet.minutes);
    shop.cloud.clock.advance(STEP_MS);
  }
  return quiet;
}

async function calm(witness: Witness): Promise<void> {
  const giveUpAt = performance.now() + CALM_LIMIT_MS;
  while (witness.idleMs < CALM_MS && performance.now() < giveUpAt) await wait(CALM_MS / 4);
}

/** Whether nothing more comes of itself. */
async function isStill(witness: Witness): Promise<boolean> {
  const before = witness.events.size;
  await wait(2 * CALM_MS);
  await calm(witness);
  return witness.events.size === before;
}

/** Orders that are not at their end, and stock that nobody has decided about. */
async function underWay(shop: ChaosShop): Promise<string[]> {
  const orders = (await shop.rows<OrderRow>('Order', 'Outbox/Table')).filter(
    ({ pk, status }) => pk.startsWith('ORDER#') && (status === 'pending' || status === 'cancelling'),
  );
  const reservations = (await shop.rows<ReservationRow>('Inventory', 'Outbox/Table')).filter(
    ({ pk, status }) =>
      pk.startsWith('RESERVATION#') && ['reserving', 'reserved', 'releasing', 'committing'].includes(status),
  );
  return [
    ...orders.map(({ pk, status }) => `${pk} is ${status}`),
    ...reservations.map(({ pk, status }) => `${pk} is ${status}`),
  ];
}
