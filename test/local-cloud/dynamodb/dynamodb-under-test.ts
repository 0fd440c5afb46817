import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Account } from '#lib/local-cloud/core/account.ts';
import { createApi } from '#lib/local-cloud/core/api.ts';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import { type Authorizer, type Caller, OPERATOR, type Resource } from '#lib/local-cloud/core/service.ts';
import { startEndpoint } from '#lib/local-cloud/core/wire.ts';
import { createDynamoDb, type DynamoDb, type DynamoDbOptions } from '#lib/local-cloud/dynamodb/dynamodb.ts';
import { sharedDatabase } from '../../setup/shared-database.ts';

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
  url: string;
  /** Calls an action the way another service of the cloud would. */
  call<O>(service: 'dynamodb' | 'dynamodbstreams', action: string, input: object, caller?: Caller): Promise<O>;
  stop(): Promise<void>;
}

/** DynamoDB behind the real API and its HTTP endpoint; only IAM is a list of pairs. */
export async function startDynamoDb(options: DynamoDbOptions = {}): Promise<DynamoDbUnderTest> {
  const clock = new Clock();
  const account = new Account('eu-central-1');
  const allowed = new Set<string>();
  const written: string[] = [];
  const iam = createIam(allowed);
  const api = createApi(iam);
  let underTest: DynamoDbUnderTest | undefined;
  const onTableWrite = (streamArn: string) => {
    written.push(streamArn);
    underTest?.onTableWrite?.(streamArn);
  };
  const dynamodb = createDynamoDb(
    { account, clock, api, iam, log: SILENT },
    { ...(options.dataDir ? { fastStart: true } : sharedDatabase()), onTableWrite, ...options },
  );
  api.register(dynamodb);
  api.register(dynamodb.streams);
  await dynamodb.launch();
  const endpoint = await startEndpoint({ api, iam, account, port: 0, log: SILENT });
  const client = clientFor(endpoint.url, 'OPERATOR');

  underTest = {
    clock,
    dynamodb,
    client,
    documents: DynamoDBDocumentClient.from(client),
    clerk: DynamoDBDocumentClient.from(clientFor(endpoint.url, ROLE_KEY)),
    allowed,
    written,
    url: endpoint.url,
    call: (service, action, input, caller = OPERATOR) => api.call(service, action, input, { caller }),
    async stop() {
      await endpoint.stop();
      await dynamodb.stop();
      clock.stop();
    },
  };
  return underTest;
}

export function resourceOf(type: string, properties: Resource['properties'], logicalId = 'Orders'): Resource {
  const generatedName = () => `Shop-${logicalId}-1A2B3C4D5E6F`;
  return { stackName: 'Shop', logicalId, type, properties, metadata: {}, generatedName };
}

/** The role may do what `allowed` says, the operator everything. */
function createIam(allowed: Set<string>): Authorizer & { callerOf(accessKeyId: string): Caller } {
  const refuse = () => {
    throw new Error('not used by DynamoDB');
  };
  return {
    authorize(caller, action, resourceArn) {
      if (caller.kind === 'operator' || allowed.has(`${action} ${resourceArn}`)) return;
      throw new AwsError('AccessDeniedException', `not authorized to perform: ${action} on resource: ${resourceArn}`);
    },
    callerOf: (accessKeyId) => (accessKeyId === ROLE_KEY ? ROLE : OPERATOR),
    attachResourcePolicy: refuse,
    credentialsFor: refuse,
  };
}

function clientFor(endpoint: string, accessKeyId: string): DynamoDBClient {
  // Another region than the account's, on purpose: tables must not depend on who signs for where.
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  return new DynamoDBClient({ endpoint, credentials, region: 'us-west-2', maxAttempts: 1 });
}
