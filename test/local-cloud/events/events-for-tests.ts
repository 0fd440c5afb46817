import { afterEach } from '@jest/globals';
import { Account } from '#lib/local-cloud/core/account.ts';
import { createApi } from '#lib/local-cloud/core/api.ts';
import type { Clock } from '#lib/local-cloud/core/clock.ts';
import {
  type CallContext,
  type CloudContext,
  OPERATOR,
  type Resource,
  type ServiceModule,
} from '#lib/local-cloud/core/service.ts';
import { createEvents, type EventsOptions } from '#lib/local-cloud/events/events.ts';
import { FrozenClock } from '../core/frozen-clock.ts';

/** A call that EventBridge made to another service. */
export interface Call {
  to: string;
  // biome-ignore lint/suspicious/noExplicitAny: each action has an input shape of its own
  input: any;
  context: CallContext;
}

const clocks = new Set<Clock>();

afterEach(() => {
  for (const clock of clocks) clock.stop();
  clocks.clear();
});

/** EventBridge behind the real door to the services; the services behind it note their calls and answer as told. */
export function anEventBridge(options: EventsOptions = {}) {
  const clock = new FrozenClock();
  clocks.add(clock);
  const warnings: string[] = [];
  const calls: Call[] = [];
  const failures = new Map<string, () => Error | undefined>();
  const policies: { arn: string; policy: unknown }[] = [];
  const authorized: { caller: unknown; action: string; arn: string }[] = [];
  const iam = {
    authorize: (caller: unknown, action: string, arn: string) => void authorized.push({ caller, action, arn }),
    attachResourcePolicy: (arn: string, policy: unknown) => void policies.push({ arn, policy }),
    credentialsFor: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '' }),
  };
  const api = createApi(iam);
  const log = { info() {}, warn: (line: string) => void warnings.push(line) };
  const context: CloudContext = { account: new Account(), clock, api, iam, log };
  const events = createEvents(context, { random: () => 1, ...options });
  api.register(events);

  const recorder = (name: string, actions: string[]): ServiceModule => ({
    name,
    operations: Object.fromEntries(
      actions.map((action) => [
        action,
        {
          resources: () => [],
          run(input: unknown, call: CallContext) {
            const error = failures.get(`${name}:${action}`)?.();
            calls.push({ to: `${name}:${action}`, input, context: call });
            if (error) throw error;
            return {};
          },
        },
      ]),
    ),
    resourceTypes: [],
  });
  api.register(recorder('sqs', ['SendMessage']));
  api.register(recorder('lambda', ['Invoke']));
  api.register(recorder('states', ['StartExecution']));
  api.register(recorder('sns', ['Publish']));
  api.register(recorder('logs', ['CreateLogStream', 'PutLogEvents']));

  const call = <O = Record<string, never>>(action: string, input: object, as: Partial<CallContext> = {}) =>
    api.call<O>('events', action, input, { caller: OPERATOR, ...as });

  return {
    clock,
    events,
    calls,
    warnings,
    policies,
    authorized,
    call,
    /** Has an action answer with errors: those that `next` gives, until it gives none. */
    fail: (action: string, next: () => Error | undefined) => failures.set(action, next),
    deploy(type: string, properties: Record<string, unknown>, logicalId = 'Thing') {
      const resourceType = events.resourceTypes.find((candidate) => candidate.type === type);
      if (!resourceType) throw new Error(`no resource type ${type}`);
      const resource: Resource = {
        stackName: 'shop',
        logicalId,
        type,
        properties,
        metadata: {},
        generatedName: (maxLength = 64) => `shop-${logicalId}-ABC123`.slice(0, maxLength),
      };
      return resourceType.create(resource);
    },
    /** A rule on the default bus for everything, with this target. */
    async aRule(target: object, pattern: object = { source: [{ prefix: '' }] }, Name = 'all') {
      await call('PutRule', { Name, EventPattern: JSON.stringify(pattern) });
      await call('PutTargets', { Rule: Name, Targets: [{ Id: 'target', Arn: arnOf('sqs', 'orders'), ...target }] });
    },
    async put(detail: object = {}, entry: object = {}, as: Partial<CallContext> = {}) {
      const Entries = [
        { Source: 'order-service', DetailType: 'OrderPlaced', Detail: JSON.stringify(detail), ...entry },
      ];
      const output = await call<PutOutput>('PutEvents', { Entries }, as);
      await delivered();
      return output;
    },
  };
}

export interface PutOutput {
  FailedEntryCount: number;
  Entries: { EventId?: string; ErrorCode?: string; ErrorMessage?: string }[];
}

export const arnOf = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;

/** Resolves when all deliveries that do not wait for the clock have run: the services in these tests answer at once. */
export const delivered = () => new Promise((resolve) => setImmediate(resolve));
