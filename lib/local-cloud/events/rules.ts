import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { CloudContext } from '../core/service.ts';
import { DEFAULT_BUS, type EventBuses } from './buses.ts';
import { compileEventPattern } from './event-pattern.ts';
import { isoSeconds, type Rule, type Target } from './model.ts';
import type { Router } from './router.ts';
import { compileSchedule } from './schedule-expression.ts';
import type { ScheduleTimers } from './schedule-timers.ts';
import { checkTargetInput } from './target-input.ts';
import { checkTargetArn } from './targets.ts';

const MOST_PATTERN_LENGTH = 4096;
const STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'];

export interface RuleSettings {
  name: string;
  busName?: string;
  eventPattern?: string;
  scheduleExpression?: string;
  state?: string;
  description?: string;
  roleArn?: string;
}

interface RulesParts {
  context: CloudContext;
  buses: EventBuses;
  router: Router;
  timers: ScheduleTimers;
}

/** Creates and changes rules, and keeps their schedules going. */
export class Rules {
  #parts: RulesParts;

  constructor(parts: RulesParts) {
    this.#parts = parts;
  }

  put(settings: RuleSettings): Rule {
    const { buses, context } = this.#parts;
    const bus = buses.get(settings.busName);
    check(settings, bus.name);
    const { eventPattern } = settings;
    const rule: Rule = {
      ...settings,
      busName: bus.name,
      arn: buses.ruleArn(settings.name, bus.name),
      matches: eventPattern ? compileEventPattern(eventPattern) : undefined,
      state: settings.state ?? 'ENABLED',
      targets: bus.rules.get(settings.name)?.targets ?? new Map(),
      since: context.clock.now(),
    };
    this.#schedule(rule);
    bus.rules.set(rule.name, rule);
    return rule;
  }

  setState(rule: Rule, state: 'ENABLED' | 'DISABLED'): void {
    rule.state = state;
    rule.since = this.#parts.context.clock.now();
    this.#schedule(rule);
  }

  putTargets(rule: Rule, targets: Target[]): void {
    for (const target of targets) {
      checkTargetInput(target);
      checkTargetArn(target.Arn, `target ${target.Id} of rule ${rule.name}`);
    }
    for (const target of targets) rule.targets.set(target.Id, target);
  }

  delete(rule: Rule): void {
    if (rule.targets.size > 0) {
      throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
    }
    this.#parts.timers.remove(rule.arn);
    this.#parts.buses.get(rule.busName).rules.delete(rule.name);
  }

  #schedule(rule: Rule): void {
    const { timers, router } = this.#parts;
    timers.remove(rule.arn);
    if (!rule.scheduleExpression) return;
    const next = compileSchedule(rule.scheduleExpression, rule);
    if (rule.state === 'DISABLED') return;
    timers.set(rule.arn, next, (scheduledAt) => router.trigger(rule, this.#scheduledEvent(rule, scheduledAt)));
  }

  #scheduledEvent(rule: Rule, scheduledAt: number) {
    const { account } = this.#parts.context;
    return {
      version: '0' as const,
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: account.id,
      time: isoSeconds(scheduledAt),
      region: account.region,
      resources: [rule.arn],
      detail: {},
    };
  }
}

function check({ name, eventPattern, scheduleExpression, state }: RuleSettings, busName: string): void {
  if (!/^[.\w-]{1,64}$/.test(name ?? '')) throw invalid(`Parameter Name is not valid: ${name}`);
  if (!eventPattern && !scheduleExpression) {
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (scheduleExpression && busName !== DEFAULT_BUS) {
    throw invalid('ScheduleExpression is supported only on the default event bus.');
  }
  if (eventPattern && eventPattern.length > MOST_PATTERN_LENGTH) {
    throw invalid(`Parameter EventPattern is longer than ${MOST_PATTERN_LENGTH} characters.`);
  }
  if (state && !STATES.includes(state)) throw invalid(`Parameter State is not valid: ${state}`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
