import type { MetricSink } from '../core/metric.ts';
import type { CloudContext, TraceHeader } from '../core/service.ts';
import type { EventBus, EventBuses } from './buses.ts';
import type { Deliveries } from './delivery.ts';
import type { AcceptedEvent, BusEvent, Rule } from './model.ts';
import { deliverToTargets, noSuchBus, type RuleDeliveryParts } from './rule-delivery.ts';

export type EventListener = (accepted: AcceptedEvent) => void;

export interface RouterParts {
  context: CloudContext;
  buses: EventBuses;
  deliveries: Deliveries;
  onMetric: MetricSink;
}

export interface Passage {
  trace?: TraceHeader;
  /** A replay can be limited to some rules. */
  ruleArns?: string[];
}

/** Takes events onto a bus: listeners see them, archives keep them, and the rules that match deliver them. */
export class Router {
  #parts: RouterParts;
  #delivery: RuleDeliveryParts;
  #listeners = new Set<EventListener>();

  constructor(parts: RouterParts) {
    this.#parts = parts;
    this.#delivery = { ...parts, forward: (busArn, event, trace) => this.#forward(busArn, event, trace) };
  }

  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(bus: EventBus, event: BusEvent, { trace, ruleArns }: Passage = {}): void {
    const { buses, context } = this.#parts;
    for (const archive of buses.archivesOf(bus)) archive.offer({ event, trace }, context.clock.now());
    for (const listener of this.#listeners) listener({ busName: bus.name, event, trace });
    for (const rule of bus.rules.values()) {
      if (ruleArns && !ruleArns.includes(rule.arn)) continue;
      if (isListening(rule, event)) deliverToTargets(this.#delivery, rule, event, trace);
    }
  }

  /** Delivers an event that one rule made itself, by its schedule. */
  trigger(rule: Rule, event: BusEvent): void {
    deliverToTargets(this.#delivery, rule, event);
  }

  #forward(busArn: string, event: BusEvent, trace: TraceHeader | undefined): void {
    const bus = this.#parts.buses.find(busArn);
    if (!bus) throw noSuchBus(busArn);
    this.publish(bus, event, { trace });
  }
}

function isListening(rule: Rule, event: BusEvent): boolean {
  return rule.state !== 'DISABLED' && rule.matches?.(event) === true;
}
