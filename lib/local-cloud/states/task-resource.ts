import { DYNAMODB } from './dynamodb-integration.ts';
import type { Integration, OptimizedService, Pattern } from './integration.ts';
import { functionIntegration, LAMBDA } from './lambda-integration.ts';
import { EVENTS, SNS, SQS } from './messaging-integrations.ts';
import { sdkIntegration } from './sdk-integration.ts';
import { STATES } from './states-integration.ts';

const OPTIMIZED: Record<string, OptimizedService> = {
  dynamodb: DYNAMODB,
  events: EVENTS,
  lambda: LAMBDA,
  sns: SNS,
  sqs: SQS,
  states: STATES,
};

const SERVICE_ARN = /^arn:aws[\w-]*:states:[\w-]*:\d*:(aws-sdk:)?([\w-]+):(\w+)(\.waitForTaskToken|\.sync(?::2)?)?$/;
const FUNCTION_ARN = /^arn:aws[\w-]*:lambda:[\w-]+:\d+:function:[\w-]+(:[\w$-]+)?$/;

const parsed = new Map<string, Integration>();

/** What a `Resource` stands for; undefined when the embedded cloud does not run it. */
export function integrationOf(resource: string): Integration | undefined {
  const known = parsed.get(resource);
  if (known) return known;
  const integration = FUNCTION_ARN.test(resource) ? functionIntegration(resource) : serviceIntegration(resource);
  if (integration) parsed.set(resource, integration);
  return integration;
}

function serviceIntegration(resource: string): Integration | undefined {
  const [, sdk, service = '', action = '', suffix = ''] = SERVICE_ARN.exec(resource) ?? [];
  if (sdk) return suffix.startsWith('.sync') ? undefined : sdkIntegration(service, action, sdkPattern(suffix));
  const optimized = OPTIMIZED[service];
  const behaviour = optimized?.actions[action];
  const pattern = patternOf(suffix);
  if (!optimized || !behaviour?.patterns.includes(pattern)) return undefined;
  const { complete } = behaviour;
  const version = suffix === '.sync:2' ? 2 : 1;
  return {
    resourceType: service,
    resource: action + suffix,
    pattern,
    errors: optimized.errors,
    request: (args, call) => behaviour.request(args as Parameters<typeof behaviour.request>[0], call),
    ...(pattern === 'sync' && {
      complete: (submitted, call) => complete?.(submitted, call, version) ?? Promise.resolve(submitted),
      cancel: behaviour.cancel,
    }),
  };
}

function patternOf(suffix: string): Pattern {
  if (suffix === '') return 'request';
  return suffix === '.waitForTaskToken' ? 'token' : 'sync';
}

function sdkPattern(suffix: string): 'request' | 'token' {
  return suffix === '' ? 'request' : 'token';
}
