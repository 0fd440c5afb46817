import type { Integration } from './integration.ts';
import { isObject, type Json } from './json-data.ts';
import { asText, toJson, withLowerCamelKeys, withPascalKeys } from './sdk-shapes.ts';

interface SdkService {
  /** The name of our module. */
  module: string;
  /** The service in error names, as the SDK for Java spells it: `DynamoDb.ConditionalCheckFailedException`. */
  prefix: string;
  /** The API has names such as `stateMachineArn`, which a state machine writes as `StateMachineArn`. */
  lowerCamel?: boolean;
}

/** Services whose name in `aws-sdk:<name>` differs from our module's, or whose errors are not just that name. */
const SERVICES: Record<string, SdkService> = {
  cloudwatch: { module: 'cloudwatch', prefix: 'CloudWatch' },
  cloudwatchlogs: { module: 'logs', prefix: 'CloudWatchLogs', lowerCamel: true },
  dynamodb: { module: 'dynamodb', prefix: 'DynamoDb' },
  eventbridge: { module: 'events', prefix: 'EventBridge' },
  secretsmanager: { module: 'secretsmanager', prefix: 'SecretsManager' },
  sfn: { module: 'states', prefix: 'Sfn', lowerCamel: true },
};

/** `arn:aws:states:::aws-sdk:<service>:<action>`: any action of any service. */
export function sdkIntegration(service: string, action: string, pattern: 'request' | 'token'): Integration {
  const known = SERVICES[service] ?? { module: service, prefix: capitalize(service) };
  const { module, prefix, lowerCamel } = known;
  return {
    resourceType: `aws-sdk:${service}`,
    resource: pattern === 'token' ? `${action}.waitForTaskToken` : action,
    pattern,
    errors: { prefix, generic: `${prefix}Exception`, label: prefix, sdk: true },
    async request(args, { runtime, context }) {
      const input = toApiInput(module, lowerCamel ? withLowerCamelKeys(args) : args);
      const output = await runtime.api.call(module, capitalize(action), input, context);
      return lowerCamel ? withDates(withPascalKeys(output)) : toJson(output);
    },
  };
}

/** Fields that are text or bytes in the API and may be JSON in a state machine. */
function toApiInput(module: string, args: Json): object {
  if (!isObject(args)) return {};
  const { input, output, Payload } = args as Record<string, Json>;
  if (module === 'states') return { ...args, ...texts({ input, output }) };
  if (module === 'lambda' && Payload !== undefined) return { ...args, Payload: Buffer.from(asText(Payload) ?? '') };
  return args;
}

function texts(fields: Record<string, Json | undefined>): Record<string, string> {
  const given = Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, asText(value) as string]));
}

/** The APIs answer seconds since the epoch, the SDK dates. */
function withDates(output: Json): Json {
  if (!isObject(output)) return output;
  const entries = Object.entries(output as Record<string, Json>);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      key.endsWith('Date') && typeof value === 'number' ? new Date(value * 1000).toISOString() : value,
    ]),
  );
}

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
