import { checkAll } from './checks.ts';
import { collectEvidence } from './evidence.ts';
import { planFaults } from './fault-plan.ts';
import { runLoad, setScene } from './load.ts';
import { planCampaign } from './plan.ts';
import { becomeQuiet } from './quiet.ts';
import type { Evidence, Violation } from './rows.ts';
import { ChaosShop, ORDER_STACKS } from './shop.ts';
import { Witness } from './witness.ts';

export interface CampaignOptions {
  assemblyDir: string;
  /** For a short campaign: what takes time to get fast, as the database does, is not worth it. */
  short?: boolean;
  orders: number;
  seed: number;
  /** How far it is: steps of the load, then minutes of the cloud's time. */
  onProgress(phase: string, done: number, of?: number): void;
  /** Gets all that was checked, to look for the cause of a violation. */
  onEvidence?(evidence: Evidence): void;
  signal?: AbortSignal;
}

export interface Report {
  seed: number;
  orders: number;
  accepted: number;
  /** How the accepted orders ended. */
  ends: Record<string, number>;
  /** How often each kind of fault was met. */
  faults: Record<string, number>;
  events: number;
  /** Dead letters that were put back. */
  redriven: number;
  /** Of the cloud's time, after the last fault. */
  minutesToQuiet: number;
  seconds: number;
  violations: Violation[];
}

/** Breaks the shop while it is busy, lets it recover, and looks whether everything adds up. */
export async function runCampaign(options: CampaignOptions): Promise<Report> {
  const startedAt = performance.now();
  const shop = await ChaosShop.start({ ...options, stacks: options.short ? ORDER_STACKS : undefined });
  try {
    const report = await breakAndCheck(shop, options);
    return { ...report, seconds: Math.round((performance.now() - startedAt) / 1_000) };
  } finally {
    await shop.stop();
  }
}

async function breakAndCheck(shop: ChaosShop, { orders, seed, onProgress, onEvidence }: CampaignOptions) {
  const plan = planCampaign(seed, orders);
  const witness = new Witness(shop.cloud);
  onProgress('setting the scene', 0);
  const scene = await setScene(shop, plan);
  for (const fault of planFaults(seed)) shop.cloud.faults.add(fault);
  const onStep = (done: number) => onProgress('ordering', done, plan.steps.length);
  const accepted = await runLoad({ shop, witness, plan, scene, onStep });
  const faults = counted(shop.cloud.faults.clear());
  const quiet = await becomeQuiet(shop, witness, (minutes) => onProgress('recovering, minute', minutes));
  onProgress('checking', 0);
  const evidence = await collectEvidence(shop, { plan, scene, accepted, quiet, witness });
  onEvidence?.(evidence);
  const ends = Object.groupBy(evidence.orders, ({ status }) => status);
  return {
    seed,
    orders,
    accepted: accepted.length,
    ends: Object.fromEntries(Object.entries(ends).map(([status, all = []]) => [status, all.length])),
    faults,
    events: evidence.events.length,
    redriven: quiet.redriven,
    minutesToQuiet: quiet.minutes,
    violations: checkAll(evidence),
  };
}

/** By kind: two faults of one kind are told together. */
function counted(faults: { action: string; met: number }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { action, met } of faults) counts[action] = (counts[action] ?? 0) + met;
  return counts;
}
