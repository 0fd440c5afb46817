import { AwsError } from '../core/aws-error.ts';
import type { MetricSink } from '../core/metric.ts';
import type { Caller, CloudContext, TraceHeader } from '../core/service.ts';
import { DEFAULT_BUS } from './buses.ts';
import type { Deliveries } from './delivery.ts';
import type { BusEvent, Rule, Target } from './model.ts';
import { targetInput } from './target-input.ts';
import { isEventBus, sendToTarget } from './targets.ts';

const PRINCIPAL = 'events.amazonaws.com';

/** Lets an event go on to another bus, as it is. */
export type Forward = (busArn: string, event: BusEvent, trace: TraceHeader | undefined) => void;

export interface RuleDeliveryParts {
  context: CloudContext;
  deliveries: Deliveries;
  onMetric: MetricSink;
  forward: Forward;
}

/** Starts the delivery of an event to every target of a rule. */
export function deliverToTargets(parts: RuleDeliveryParts, rule: Rule, event: BusEvent, trace?: TraceHeader): void {
  const { onMetric, deliveries } = parts;
  const dimensions = { ...(rule.busName !== DEFAULT_BUS && { EventBusName: rule.busName }), RuleName: rule.name };
  const count = (name: string) => onMetric('AWS/Events', name, dimensions, 1, 'Count');
  count('MatchedEvents');
  if (rule.targets.size > 0) count('TriggeredRules');
  const service: Caller = { kind: 'service', principal: PRINCIPAL, sourceArn: rule.arn };
  for (const target of rule.targets.values()) {
    deliveries.start({
      origin: `rule ${rule.name}`,
      targetArn: target.Arn,
      retryPolicy: target.RetryPolicy,
      deadLetterArn: target.DeadLetterConfig?.Arn,
      deadLetterCaller: service,
      deadLetterBody: () => JSON.stringify(event),
      deadLetterAttributes: { RULE_ARN: rule.arn },
      trace,
      attempt: () => attempt(parts, { rule, target, event, trace }),
      onMetric: count,
    });
  }
}

interface Attempt {
  rule: Rule;
  target: Target;
  event: BusEvent;
  trace?: TraceHeader;
}

async function attempt(parts: RuleDeliveryParts, { rule, target, event, trace }: Attempt): Promise<unknown> {
  const { context, forward } = parts;
  const roleArn = target.RoleArn ?? rule.roleArn;
  const caller: Caller = roleArn
    ? { kind: 'role', roleArn }
    : { kind: 'service', principal: PRINCIPAL, sourceArn: rule.arn };
  if (isEventBus(target.Arn)) {
    // Not by PutEvents: an event that goes on to another bus keeps its id and time.
    context.iam.authorize(caller, 'events:PutEvents', target.Arn);
    return forward(target.Arn, event, trace);
  }
  const payload = targetInput(target, event, rule, context.clock.now());
  return sendToTarget(context, {
    targetArn: target.Arn,
    payload,
    context: { caller, trace },
    eventId: event.id,
    origin: rule.name,
    timestamp: Date.parse(event.time),
    messageGroupId: target.SqsParameters?.MessageGroupId,
  });
}

/** A rule may name a bus as its target that is not there. */
export function noSuchBus(arn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Event bus ${arn} does not exist.`);
}
