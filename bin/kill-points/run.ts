import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { idFromKey } from '#lib/runtime/ids.ts';
import { checkAll } from '../chaos/checks.ts';
import { collectEvidence } from '../chaos/evidence.ts';
import { becomeQuiet, type Quiet } from '../chaos/quiet.ts';
import type { OrderRow, Violation } from '../chaos/rows.ts';
import { ChaosShop, type Customer, ORDER_STACKS } from '../chaos/shop.ts';
import { Witness } from '../chaos/witness.ts';
import { deriveKillPoints, type KillPoint } from './derive.ts';
import { Recorder } from './recorder.ts';
import { cancel, newProduct, place, type Shelf, STOCK, STORIES, type Story } from './stories.ts';

/** So many orders are under way between two times of quiet, and so many are placed side by side. */
const ORDERS_A_ROUND = 60;
const CALLERS = 4;
/** For the saga of an order, ms of real time: what is not over by then waits for the time to be moved. */
const PATIENCE_MS = 2_500;
/** Where a customer waits for the end to cancel the order: cancelled before, it would be another story. */
const PATIENCE_TO_CANCEL_MS = 30_000;
/** A point may be missed, as where another order has met the new process: so often it is tried. */
const TRIES = 4;
/** What is not called each time depends on how the machine runs. */
const RECORDINGS = 2;

export interface KillPointsOptions {
  assemblyDir: string;
  /** Right for few points, as in {@link ChaosShop.start}. */
  short?: boolean;
  /** Only those of one function, such as `payment/take-payment`. */
  function?: string;
  stories?: Story[];
  onProgress(phase: string, done: number, of?: number): void;
  signal?: AbortSignal;
}

export interface TriedPoint extends Omit<KillPoint, 'story'> {
  story: string;
  /** Of the last try. */
  orderId: string;
  isMet: boolean;
  /** How the order has ended. */
  end?: string;
  violations: Violation[];
}

export interface KillPointsReport {
  stories: string[];
  points: TriedPoint[];
  /** Orders that were placed, those of the recording included. */
  orders: number;
  rounds: number;
  redriven: number;
  /** What is wrong and cannot be said to be that of one order. */
  violations: Violation[];
  seconds: number;
}

/** Every point that was met is recovered, of each function at least one was met, and nothing else is wrong. */
export function isAllWell({ points, violations }: KillPointsReport): boolean {
  const functions = [...Map.groupBy(points, (point) => point.function).values()];
  const isEachKilled = functions.every((of) => of.some(({ isMet }) => isMet));
  return isEachKilled && violations.length === 0 && points.every((point) => point.violations.length === 0);
}

/** Finds the kill points of the order path, and kills at each of them. */
export async function runKillPoints(options: KillPointsOptions): Promise<KillPointsReport> {
  const startedAt = performance.now();
  const shop = await ChaosShop.start({ ...options, stacks: ORDER_STACKS });
  try {
    const report = await new Run(shop, options).all();
    return { ...report, seconds: Math.round((performance.now() - startedAt) / 1_000) };
  } finally {
    await shop.stop();
  }
}

interface Try {
  point: KillPoint;
  orderId: string;
  key: string;
  faultId: string;
  isMet: boolean;
}

interface Scene {
  customer: Customer;
  adminToken: string;
}

class Run {
  readonly #shop: ChaosShop;
  readonly #witness: Witness;
  readonly #recorder: Recorder;
  readonly #options: KillPointsOptions;
  readonly #shelf: Shelf = { plenty: '', scarce: '', split: '' };
  readonly #customers: Customer[] = [];
  readonly #stocked = new Map<string, number>();
  readonly #accepted: string[] = [];
  readonly #quiet: Quiet = { minutes: 0, redriven: 0, leftovers: [] };

  constructor(shop: ChaosShop, options: KillPointsOptions) {
    this.#shop = shop;
    this.#options = options;
    this.#witness = new Witness(shop.cloud);
    this.#recorder = new Recorder(shop.cloud);
  }

  async all(): Promise<Omit<KillPointsReport, 'seconds'>> {
    const { onProgress, stories = STORIES } = this.#options;
    onProgress('setting the scene', 0);
    await this.#oneMessageAtATime();
    const adminToken = await this.#shop.admin();
    for (const what of ['plenty', 'scarce'] as const) this.#shelf[what] = await this.#stock(what, adminToken);
    const points = await this.#record(stories);
    const tries: Try[] = [];
    let rounds = 0;
    let open = points;
    for (let attempt = 1; attempt <= TRIES && open.length > 0; attempt++) {
      const missed: KillPoint[] = [];
      for (const batch of spread(open)) {
        onProgress('killing', tries.length, points.length);
        const done = await this.#round(batch);
        rounds += 1;
        tries.push(...done.filter(({ isMet }) => isMet || attempt === TRIES));
        missed.push(...done.filter(({ isMet }) => !isMet).map(({ point }) => point));
      }
      open = missed;
    }
    return { stories: stories.map(({ name }) => name), rounds, ...(await this.#check(tries)) };
  }

  /** Lets orders of each story live undisturbed, and derives from its calls where it could be killed. */
  async #record(stories: Story[]): Promise<KillPoint[]> {
    const { onProgress, function: wanted } = this.#options;
    const scene = await this.#newScene();
    const storyOf = new Map<string, Story>();
    const all = Array.from({ length: RECORDINGS }, () => stories).flat();
    for (const [index, story] of all.entries()) {
      onProgress('recording', index, all.length);
      const order = newOrder(scene.customer);
      storyOf.set(order.orderId, story);
      this.#recorder.watch(order);
      await this.#live(story, order, scene);
    }
    await this.#becomeQuiet();
    this.#recorder.stopWatching();
    const points = deriveKillPoints({ calls: this.#recorder.calls, storyOf, functions: await this.#functions() });
    const known = [...new Set(points.map((point) => point.function))].sort();
    if (wanted && !known.includes(wanted)) throw new Error(`No order calls ${wanted}, only: ${known.join(', ')}.`);
    return wanted ? points.filter((point) => point.function === wanted) : points;
  }

  async #round(batch: KillPoint[]): Promise<Try[]> {
    const { faults } = this.#shop.cloud;
    const scene = await this.#newScene();
    const tries: Try[] = [];
    const queue = batch.values();
    const caller = async () => {
      for (const point of queue) {
        const order = newOrder(scene.customer);
        if (point.isColdOnly) this.#recorder.letBeNew(point.functionName, point.isAboutKey ? order.key : order.orderId);
        const { id: faultId } = faults.add(faultOf(point, order));
        tries.push({ ...order, point, faultId, isMet: false });
        await this.#live(point.story, order, scene);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    await this.#becomeQuiet();
    const met = new Set(faults.clear().flatMap(({ id, met }) => (met > 0 ? id : [])));
    return tries.map((tried) => ({ ...tried, isMet: met.has(tried.faultId) }));
  }

  async #live(story: Story, { key }: { key: string }, { customer, adminToken }: Scene): Promise<void> {
    const isSplit = story.goods.includes('split');
    const shelf = isSplit ? { ...this.#shelf, split: await this.#stock('split', adminToken) } : this.#shelf;
    const orderId = await place(this.#shop, { story, shelf, customer, key });
    if (!orderId) return;
    this.#accepted.push(orderId);
    const patience = new AbortController();
    const patienceMs = story.isCancelled ? PATIENCE_TO_CANCEL_MS : PATIENCE_MS;
    const wentOn = wait(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.#witness.settled(orderId), wentOn]);
    patience.abort();
    if (story.isCancelled) await cancel(this.#shop, orderId, customer);
  }

  async #stock(what: keyof Shelf, token: string): Promise<string> {
    const id = await newProduct(this.#shop, token, what);
    this.#stocked.set(id, STOCK[what]);
    return id;
  }

  /** Tokens last an hour of the cloud's time. */
  async #newScene(): Promise<Scene> {
    const customer = await this.#shop.newCustomer();
    this.#customers.push(customer);
    return { customer, adminToken: await this.#shop.admin() };
  }

  async #becomeQuiet(): Promise<void> {
    const { onProgress } = this.#options;
    const quiet = await becomeQuiet(this.#shop, this.#witness, (minute) => onProgress('recovering, minute', minute));
    this.#quiet.minutes += quiet.minutes;
    this.#quiet.redriven += quiet.redriven;
    this.#quiet.leftovers.push(...quiet.leftovers);
  }

  /** Whatever a function handles is about one order then: so it can be killed for that one alone. */
  async #oneMessageAtATime(): Promise<void> {
    const { EventSourceMappings } = await this.#shop.call('lambda', 'ListEventSourceMappings', {});
    for (const { UUID } of EventSourceMappings)
      await this.#shop.call('lambda', 'UpdateEventSourceMapping', { UUID, BatchSize: 1 });
  }

  /** Each minute that passes would be one in which all services are asked how they are. */
  async #functions(): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    for (const { physicalId } of this.#shop.cloud.resources('AWS::Lambda::Function')) {
      const input = { FunctionName: physicalId };
      const { FunctionName, Description = '' } = await this.#shop.call('lambda', 'GetFunctionConfiguration', input);
      names.set(FunctionName, Description.replace(': ', '/') || FunctionName);
    }
    return names;
  }

  async #check(tries: Try[]): Promise<Pick<KillPointsReport, 'points' | 'orders' | 'redriven' | 'violations'>> {
    this.#options.onProgress('checking', 0);
    const evidence = await collectEvidence(this.#shop, {
      plan: { stock: [...this.#stocked.values()] },
      scene: { products: [...this.#stocked.keys()], customers: this.#customers },
      accepted: this.#accepted,
      quiet: this.#quiet,
      witness: this.#witness,
    });
    const orders = new Map(evidence.orders.map((order) => [order.order_id, order]));
    const all = [...checkAll(evidence), ...evidence.orders.flatMap(givenUp)];
    const points = tries.map(({ point, orderId, isMet }) => {
      const violations = all.filter((violation) => JSON.stringify(violation).includes(orderId));
      return { ...point, story: point.story.name, orderId, isMet, end: orders.get(orderId)?.status, violations };
    });
    const ofPoints = new Set(points.flatMap(({ violations }) => violations));
    const violations = all.filter((violation) => !ofPoints.has(violation));
    return { points, orders: evidence.orders.length, redriven: this.#quiet.redriven, violations };
  }
}

/** To call a person is an end, but no recovery. */
function givenUp({ order_id, status }: OrderRow): Violation[] {
  return status === 'needs_attention' ? [{ check: 'recovery', subject: order_id, problem: 'needs a person' }] : [];
}

function newOrder({ user_id }: Customer) {
  const key = `kill-point-${randomUUID()}`;
  return { key, orderId: idFromKey(user_id, key) };
}

function faultOf(point: KillPoint, { orderId, key }: { orderId: string; key: string }) {
  return {
    action: point.kill,
    function: point.functionName,
    service: point.service,
    operations: [point.action],
    about: point.isAboutKey ? key : orderId,
    skip: point.nth - 1,
    times: 1,
  };
}

/** Rounds of points, each with as few as can be of one function. */
function spread(points: KillPoint[]): KillPoint[][] {
  const rounds = Math.ceil(points.length / ORDERS_A_ROUND);
  const byFunction = points.toSorted((a, b) => (a.function < b.function ? -1 : 1));
  return Array.from({ length: rounds }, (_, round) => byFunction.filter((_, index) => index % rounds === round));
}
