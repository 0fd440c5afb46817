import { explainEventPattern, type Mismatch } from '#lib/local-cloud/events/event-pattern.ts';
import { type BusEvent, findBusEvent } from './bus-event.ts';
import { consumersOf } from './edges.ts';
import type { Operator } from './operator.ts';
import { DEFAULT_BUS, type DeployedRule, deployedRules } from './rules.ts';

export interface Explanation {
  stage: string;
  event: { event_id?: string; event_type: string; source: string };
  rules: ExplainedRule[];
}

export interface ExplainedRule {
  rule: string;
  /** Who gets what the rule matches, such as `order/on-order-created`. */
  to: string[];
  matches: boolean;
  /** Each field that is not as the rule wants it; none if it matches. */
  because: { field: string; rule_wants: unknown; event_has: unknown }[];
}

/** Says which rules an event meets, which not, and why not. */
export async function explain(operator: Operator, said: string): Promise<Explanation> {
  const event = await findBusEvent(operator, said);
  const [rules, { mappings, functions }] = await Promise.all([deployedRules(operator), consumersOf(operator)]);
  const nameOf = (arn: string) => {
    const mapping = mappings.find(({ EventSourceArn }) => EventSourceArn === arn);
    return functions.get(mapping?.FunctionArn ?? arn)?.name ?? arn;
  };
  const explained = rules
    .filter((rule) => isOnBusOf(event, rule))
    .map((rule) => ({ ...explainRule(rule, event), to: rule.targets.map(({ targetArn }) => nameOf(targetArn)) }));
  const { detail, source, 'detail-type': event_type } = event;
  const event_id = (detail as { metadata?: { event_id?: string } } | undefined)?.metadata?.event_id;
  return { stage: operator.stage, event: { event_id, event_type, source }, rules: explained.sort(matchesFirst) };
}

/** What AWS says of itself comes to the bus of the account, whatever else there is to that of the stage. */
function isOnBusOf({ source = '' }: BusEvent, { busName, pattern }: DeployedRule): boolean {
  return Boolean(pattern) && source.startsWith('aws.') === (busName === DEFAULT_BUS);
}

/** A rule that is switched off matches nothing. */
export function explainRule({ name, pattern = '{}', isEnabled }: DeployedRule, event: BusEvent): ExplainedRule {
  const mismatches = explainEventPattern(pattern)(event);
  const off: Mismatch[] = isEnabled ? [] : [{ field: 'the rule itself', wanted: 'ENABLED', found: 'DISABLED' }];
  const because = [...off, ...mismatches].map(({ field, wanted, found }) => {
    return { field, rule_wants: wanted, event_has: found ?? null };
  });
  return { rule: name, to: [], matches: because.length === 0, because };
}

function matchesFirst(a: ExplainedRule, b: ExplainedRule): number {
  if (a.matches !== b.matches) return a.matches ? -1 : 1;
  return (a.to[0] ?? '') < (b.to[0] ?? '') ? -1 : 1;
}
