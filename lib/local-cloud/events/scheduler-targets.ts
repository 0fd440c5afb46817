import { UnsupportedError } from '../core/aws-error.ts';
import type { CloudContext } from '../core/service.ts';
import type { ScheduleTarget } from './scheduled-delivery.ts';
import { checkTargetArn, isEventBus, type Shipment, sendToTarget } from './targets.ts';

/** `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`: any action of any service, its input in the schedule. */
const UNIVERSAL = /^arn:[^:]+:scheduler:::aws-sdk:(\w+):(\w+)$/;

/** What services are called in universal targets, where that is not their name in ARNs. */
const SERVICE_NAMES: Record<string, string> = {
  eventbridge: 'events',
  sfn: 'states',
  cloudwatchlogs: 'logs',
  cloudwatch: 'monitoring',
};

export function checkScheduleTarget({ Arn, EventBridgeParameters }: ScheduleTarget, owner: string): void {
  if (UNIVERSAL.test(Arn)) return;
  checkTargetArn(Arn, `schedule ${owner}`);
  if (isEventBus(Arn) && !EventBridgeParameters) {
    throw new UnsupportedError(`schedule ${owner}: an event bus as the target needs EventBridgeParameters.`);
  }
}

/** Delivers to the target of a schedule. */
export async function sendScheduled(cloud: CloudContext, target: ScheduleTarget, shipment: Shipment): Promise<unknown> {
  const { api } = cloud;
  const { payload, context } = shipment;
  const [, service, action] = target.Arn.match(UNIVERSAL) ?? [];
  if (service && action) {
    const name = `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
    return api.call(SERVICE_NAMES[service] ?? service, name, JSON.parse(payload), context);
  }
  if (!isEventBus(target.Arn)) return sendToTarget(cloud, shipment);
  const { DetailType, Source } = target.EventBridgeParameters ?? {};
  const Entries = [{ EventBusName: target.Arn, DetailType, Source, Detail: payload }];
  return api.call('events', 'PutEvents', { Entries }, context);
}
