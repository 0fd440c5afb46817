import type { OptimizedAction, OptimizedService, TaskCall } from './integration.ts';
import { isObject, type Json } from './json-data.ts';
import { asText, sdkMetadata, toJson } from './sdk-shapes.ts';
import { StateError } from './state-error.ts';

/** `arn:aws:states:::events:putEvents`: an entry that EventBridge does not take fails the whole task. */
export const EVENTS: OptimizedService = {
  errors: { prefix: 'EventBridge', generic: 'AmazonEventBridgeException', label: 'AmazonEventBridge' },
  actions: { putEvents: { patterns: ['request', 'token'], request: putEvents } },
};

export const SQS: OptimizedService = {
  errors: { prefix: 'SQS', generic: 'AmazonSQSException', label: 'AmazonSQS' },
  actions: { sendMessage: passOn('sqs', 'SendMessage', 'MessageBody') },
};

export const SNS: OptimizedService = {
  errors: { prefix: 'SNS', generic: 'AmazonSNSException', label: 'AmazonSNS' },
  actions: { publish: passOn('sns', 'Publish', 'Message') },
};

/** An action whose one text field may be given as JSON. */
function passOn(service: string, action: string, textField: string): OptimizedAction {
  return {
    patterns: ['request', 'token'],
    async request(args, { runtime, context }) {
      const text = asText(args[textField]);
      const input = text === undefined ? args : { ...args, [textField]: text };
      const output = toJson(await runtime.api.call(service, action, input, context));
      return { ...(output as Record<string, Json>), ...sdkMetadata() };
    },
  };
}

async function putEvents(args: Record<string, Json>, call: TaskCall): Promise<Json> {
  const entries = Array.isArray(args.Entries) ? args.Entries.map((entry) => toEntry(entry, call)) : args.Entries;
  const input = { ...args, Entries: entries };
  const output = toJson(await call.runtime.api.call('events', 'PutEvents', input, call.context));
  if (!isObject(output) || !output.FailedEntryCount) return output;
  throw new StateError('EventBridge.FailedEntry', JSON.stringify(output));
}

/** Step Functions says in each event which execution sent it. */
function toEntry(entry: Json, { execution }: TaskCall): Json {
  if (!isObject(entry)) return entry;
  const { Detail, Resources, ...rest } = entry as Record<string, Json>;
  const own = Array.isArray(Resources) ? Resources : [];
  const detail = asText(Detail);
  return {
    ...rest,
    ...(detail !== undefined && { Detail: detail }),
    Resources: [...own, execution.machine.arn, execution.arn],
  };
}
