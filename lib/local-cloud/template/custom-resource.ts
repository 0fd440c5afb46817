import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type CloudContext, OPERATOR, type Physical, type Resource } from '../core/service.ts';
import { stackArn } from './deployment.ts';
import type { KnownType } from './support.ts';
import { isObject } from './template.ts';

/** The answer of a custom resource's provider, sent with PUT to the URL that it got. */
interface ProviderResponse {
  Status: 'SUCCESS' | 'FAILED';
  Reason?: string;
  PhysicalResourceId?: string;
  Data?: Record<string, unknown>;
}

/** CloudFormation waits an hour for a provider, unless `ServiceTimeout` (seconds) says otherwise. */
const DEFAULT_TIMEOUT_SECONDS = 3600;

export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/**
 * A resource that a Lambda function of the templates creates. It is called with the same request as on AWS and
 * answers to a URL of this process; unlike S3's it is plain http and has a port, which providers have to honour (CDK's
 * own AwsCustomResource and cfn-response always call port 443 and so fail). There are no updates and deletions: the cloud is always made anew.
 */
export function customResourceType(type: string, context: CloudContext): KnownType {
  return {
    type,
    properties: {},
    acceptsAnyProperty: true,
    create: (resource) => createCustomResource(resource, context),
  };
}

async function createCustomResource(resource: Resource, context: CloudContext): Promise<Physical> {
  const { server, url, response } = await listenForResponse();
  const patience = new AbortController();
  try {
    const invocation = invokeProvider(resource, url, context);
    const seconds = Number(resource.properties.ServiceTimeout ?? DEFAULT_TIMEOUT_SECONDS);
    const answer = await Promise.race([
      response,
      invocation.then(() => response),
      timeout(seconds, context, patience.signal),
    ]);
    if (answer.Status !== 'SUCCESS') throw new Error(answer.Reason ?? 'the provider gave no reason');
    return { ref: answer.PhysicalResourceId ?? resource.generatedName(), attributes: answer.Data ?? {} };
  } finally {
    patience.abort();
    server.closeAllConnections();
    server.close();
  }
}

async function listenForResponse(): Promise<{ server: Server; url: string; response: Promise<ProviderResponse> }> {
  const { promise, resolve, reject } = Promise.withResolvers<ProviderResponse>();
  const server = createServer((request: IncomingMessage, reply) => {
    text(request)
      .then((body) => {
        reply.end();
        resolve(JSON.parse(body) as ProviderResponse);
      })
      .catch(reject);
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/response`, response: promise };
}

/** Rejects when the provider's code fails, so that nobody waits an hour for an answer that will not come. */
async function invokeProvider(resource: Resource, url: string, context: CloudContext): Promise<void> {
  const { ServiceToken } = resource.properties;
  if (typeof ServiceToken !== 'string' || !ServiceToken.startsWith('arn:aws:lambda:')) {
    throw new Error(`only Lambda functions can provide custom resources here, not ${ServiceToken}`);
  }
  const request = {
    RequestType: 'Create',
    ServiceToken,
    ResponseURL: url,
    StackId: stackArn(resource.stackName, context.account),
    RequestId: randomUUID(),
    ResourceType: resource.type,
    LogicalResourceId: resource.logicalId,
    ResourceProperties: asStrings(resource.properties),
  };
  const output = await context.api.call<{ FunctionError?: string; Payload?: string | Uint8Array }>(
    'lambda',
    'Invoke',
    { FunctionName: ServiceToken, InvocationType: 'RequestResponse', Payload: JSON.stringify(request) },
    { caller: OPERATOR },
  );
  if (!output.FunctionError) return;
  const failure = Buffer.from(output.Payload ?? '').toString();
  throw new Error(`its provider failed (the ResponseURL is http with a port here): ${failure}`);
}

async function timeout(seconds: number, context: CloudContext, signal: AbortSignal): Promise<never> {
  await context.clock.sleep(seconds * 1000, signal);
  throw new Error(`its provider did not answer within ${seconds} s`);
}

/** CloudFormation hands every scalar to the provider as a string. */
function asStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStrings);
  if (!isObject(value)) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asStrings(part)]));
}
