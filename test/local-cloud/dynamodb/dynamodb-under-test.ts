import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Account } from '#lib/local-cloud/core/account.ts';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import { type Caller, type CloudContext, OPERATOR, type Resource } from '#lib/local-cloud/core/service.ts';
import { createDynamoDb, type DynamoDb, type DynamoDbOptions } from '#lib/local-cloud/dynamodb/dynamodb.ts';

export const ROLE: Caller = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/clerk' };
const ROLE_KEY = 'CLERK';

export interface DynamoDbUnderTest {
  clock: Clock;
  dynamodb: DynamoDb;
  /** The SDK's clients, as the operator and as the role `clerk`. */
  client: DynamoDBClient;
  documents: DynamoDBDocumentClient;
  clerk: DynamoDBDocumentClient;
  /** What the role may do: pairs of action and resource. */
  allowed: Set<string>;
  /** The streams that were announced as written to. */
  written: string[];
  /** Called for each of them, if a test sets it. */
  onTableWrite?: (streamArn: string) => void;
  endpoint: string;
  /** Calls an action the way another service of the cloud would. */
  call<O>(service: 'dynamodb' | 'dynamodbstreams', action: string, input: object, caller?: Caller): Promise<O>;
  stop(): Promise<void>;
}

export async function startDynamoDb(options: DynamoDbOptions = {}): Promise<DynamoDbUnderTest> {
  const clock = new Clock();
  const allowed = new Set<string>();
  const written: string[] = [];
  const context = contextWith(clock, allowed);
  let underTest: DynamoDbUnderTest | undefined;
  const dynamodb = createDynamoDb(context, {
    fastStart: true,
    onTableWrite(streamArn) {
      written.push(streamArn);
      underTest?.onTableWrite?.(streamArn);
    },
    ...options,
  });
  await dynamodb.launch();
  const { endpoint, close } = await serve(dynamodb);
  const client = clientFor(endpoint, 'OPERATOR');

  underTest = {
    clock,
    dynamodb,
    client,
    documents: DynamoDBDocumentClient.from(client),
    clerk: DynamoDBDocumentClient.from(clientFor(endpoint, ROLE_KEY)),
    allowed,
    written,
    endpoint,
    async call<O>(service: string, action: string, input: object, caller = OPERATOR) {
      const operation = (service === 'dynamodb' ? dynamodb : dynamodb.streams).operations[action];
      if (!operation) throw new Error(`no operation ${action}`);
      for (const arn of operation.resources(input)) {
        context.iam.authorize(caller, operation.iamAction ?? `${service}:${action}`, arn);
      }
      return (await operation.run(input, { caller })) as O;
    },
    async stop() {
      await close();
      await dynamodb.stop();
      clock.stop();
    },
  };
  return underTest;
}

/** A context of which only the clock and IAM matter: the role may do what `allowed` says, the operator everything. */
export function contextWith(clock: Clock, allowed = new Set<string>()): CloudContext {
  const refuse = () => {
    throw new Error('not used by DynamoDB');
  };
  return {
    account: new Account('eu-central-1'),
    clock,
    log: SILENT,
    api: { call: refuse },
    iam: {
      authorize(caller, action, resourceArn) {
        if (caller.kind === 'operator' || allowed.has(`${action} ${resourceArn}`)) return;
        throw new AwsError('AccessDeniedException', `not authorized to perform: ${action} on resource: ${resourceArn}`);
      },
      attachResourcePolicy: refuse,
      credentialsFor: refuse,
    },
  };
}

export function resourceOf(type: string, properties: Resource['properties'], logicalId = 'Orders'): Resource {
  const generatedName = () => `Shop-${logicalId}-1A2B3C4D5E6F`;
  return { stackName: 'Shop', logicalId, type, properties, metadata: {}, generatedName };
}

function clientFor(endpoint: string, accessKeyId: string): DynamoDBClient {
  // Another region than the account's, on purpose: tables must not depend on who signs for where.
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  return new DynamoDBClient({ endpoint, credentials, region: 'us-west-2', maxAttempts: 1 });
}

async function serve(dynamodb: DynamoDb): Promise<{ endpoint: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => void answer(dynamodb, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function answer(dynamodb: DynamoDb, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const target = String(request.headers['x-amz-target']);
  const reply = await dynamodb.forward({
    target,
    action: target.split('.')[1] ?? '',
    headers: {},
    body: Buffer.concat(chunks),
    caller: request.headers.authorization?.includes(`Credential=${ROLE_KEY}/`) ? ROLE : OPERATOR,
  });
  response.writeHead(reply.status, reply.headers).end(reply.body);
}
