import type { Clock } from '../core/clock.ts';

/** As in templates and in GetSamplingRules; `*` and `?` are wildcards. */
export interface SamplingRule {
  RuleName: string;
  RuleARN: string;
  /** 1 to 9999; the lowest that matches decides. */
  Priority: number;
  /** Requests a second that are recorded whatever the rate says. */
  ReservoirSize: number;
  /** 0 to 1: the share of the others. */
  FixedRate: number;
  ServiceName: string;
  ServiceType: string;
  Host: string;
  HTTPMethod: string;
  URLPath: string;
  ResourceARN: string;
  Version: number;
  Attributes?: Record<string, string>;
}

interface Reservoir {
  second: number;
  taken: number;
}

/** Decides which of the traces that begin here are recorded. */
export class Sampling {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #rules = new Map<string, SamplingRule>();
  readonly #reservoirs = new Map<string, Reservoir>();

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  put(rule: SamplingRule): void {
    this.#rules.set(rule.RuleName, rule);
  }

  rules(): SamplingRule[] {
    return [...this.#rules.values()].sort((a, b) => a.Priority - b.Priority || (a.RuleName < b.RuleName ? -1 : 1));
  }

  /** Where no rule matches, every trace is: memory costs nothing here. AWS has a default rule, 1 a second and 5 %. */
  decide({ name, type }: { name: string; type: string }): boolean {
    const rule = this.rules().find((one) => matches(one.ServiceName, name) && matches(one.ServiceType, type));
    if (!rule) return true;
    return this.#isInReservoir(rule) || this.#random() < rule.FixedRate;
  }

  #isInReservoir({ RuleName, ReservoirSize }: SamplingRule): boolean {
    const second = Math.floor(this.#clock.now() / 1000);
    const known = this.#reservoirs.get(RuleName);
    const reservoir = known?.second === second ? known : { second, taken: 0 };
    this.#reservoirs.set(RuleName, reservoir);
    return reservoir.taken++ < ReservoirSize;
  }
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(text);
}
