import { AwsError } from '../core/aws-error.ts';
import type { CloudContext } from '../core/service.ts';
import type { Alarm, CompositeAlarm } from './alarm.ts';
import { type Judgement, judge } from './alarm-evaluation.ts';
import { notify } from './alarm-notifier.ts';
import { parseAlarmRule } from './alarm-rule.ts';
import type { AlarmState } from './alarm-state.ts';
import type { MetricStore } from './metric-store.ts';

export interface HistoryItem {
  alarm: string;
  kind: Alarm['kind'];
  atMs: number;
  type: 'StateUpdate' | 'ConfigurationUpdate';
  summary: string;
  data: string;
}

const HISTORY_LENGTH = 1_000;
/** Composite alarms may watch each other; after so many rounds a circle is given up until the next minute. */
const MAX_ROUNDS = 10;

/** All alarms, their states, and what is done when a state changes. */
export class Alarms {
  readonly #context: CloudContext;
  readonly #metrics: MetricStore;
  readonly #alarms = new Map<string, Alarm>();
  readonly #underWay = new Set<Promise<void>>();
  readonly history: HistoryItem[] = [];

  constructor(context: CloudContext, metrics: MetricStore) {
    this.#context = context;
    this.#metrics = metrics;
  }

  add(alarm: Alarm): void {
    if (alarm.kind === 'composite') parseAlarmRule(alarm.rule);
    this.#alarms.set(alarm.name, alarm);
    this.#remember(alarm, 'ConfigurationUpdate', `Alarm "${alarm.name}" created`, {});
  }

  all(): Alarm[] {
    return [...this.#alarms.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** By name or ARN. Throws `ResourceNotFound` as CloudWatch does. */
  get(nameOrArn: string): Alarm {
    const alarm = this.#alarms.get(nameOrArn.replace(/^arn:.*:alarm:/, ''));
    if (alarm) return alarm;
    throw new AwsError('ResourceNotFound', `Could not find alarm ${nameOrArn}`, 404);
  }

  /** Judges every alarm by the periods that ended at `endMs`. */
  evaluate(endMs: number): void {
    for (const alarm of this.#alarms.values()) {
      if (alarm.kind === 'metric') this.#enter(alarm, judge(alarm, this.#metrics, endMs), endMs);
    }
    this.#evaluateComposites(endMs);
  }

  /** Puts an alarm into a state by hand; its next evaluation may take it out again. */
  setState(name: string, judgement: Judgement): void {
    const now = this.#context.clock.now();
    this.#enter(this.get(name), judgement, now);
    this.#evaluateComposites(now);
  }

  /** Resolves when the actions of all changes so far have been carried out. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #evaluateComposites(atMs: number): void {
    const composites = this.all().filter((alarm) => alarm.kind === 'composite');
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const changed = composites.filter((alarm) => this.#enter(alarm, this.#judgeComposite(alarm), atMs));
      if (changed.length === 0) return;
    }
  }

  #judgeComposite(alarm: CompositeAlarm): Judgement {
    const stateOf = (name: string): AlarmState =>
      this.#alarms.get(name.replace(/^arn:.*:alarm:/, ''))?.state ?? 'INSUFFICIENT_DATA';
    const state = parseAlarmRule(alarm.rule)(stateOf) ? 'ALARM' : 'OK';
    return { state, reason: `${alarm.rule} is ${state === 'ALARM'}` };
  }

  #enter(alarm: Alarm, { state, reason }: Judgement, atMs: number): boolean {
    const from = alarm.state;
    if (from === state) return false;
    Object.assign(alarm, { state, stateReason: reason, stateChangedAtMs: atMs });
    const data = { oldState: { stateValue: from }, newState: { stateValue: state, stateReason: reason } };
    this.#remember(alarm, 'StateUpdate', `Alarm updated from ${from} to ${state}`, data);
    this.#context.log.info(`Alarm ${alarm.name}: ${from} to ${state}: ${reason}`);
    const notified = notify(this.#context, { alarm: { ...alarm }, from, atMs }).then(() => {
      this.#underWay.delete(notified);
    });
    this.#underWay.add(notified);
    return true;
  }

  #remember(alarm: Alarm, type: HistoryItem['type'], summary: string, data: object): void {
    const atMs = this.#context.clock.now();
    this.history.push({ alarm: alarm.name, kind: alarm.kind, atMs, type, summary, data: JSON.stringify(data) });
    if (this.history.length > HISTORY_LENGTH) this.history.shift();
  }
}
