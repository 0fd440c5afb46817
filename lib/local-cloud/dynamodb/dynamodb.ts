import { AwsError } from '../core/aws-error.ts';
import type { Caller, CloudContext, ForwardedReply, ForwardedRequest, ServiceModule } from '../core/service.ts';
import { accessesOf, STREAM_ACTIONS, TABLE_ACTIONS } from './access.ts';
import { createArns } from './arns.ts';
import { createConnection } from './connection.ts';
import { createDispatcher } from './dispatcher.ts';
import { createEngine, type EngineOptions } from './engine.ts';
import { ExpirySweeper } from './expiry-sweeper.ts';
import { createGuestEngine } from './guest-engine.ts';
import { createOperations } from './operations.ts';
import { errorReply } from './replies.ts';
import type { Input } from './shapes.ts';
import { createStreamJournal } from './stream-journal.ts';
import { createTableRegistry } from './table-registry.ts';
import { createTableResources } from './table-resources.ts';

export interface DynamoDbOptions extends EngineOptions {
  /** The port of a DynamoDB Local that runs already: it gets the tables, and none is started. */
  databasePort?: number;
  /** Called the moment a write to a table with a stream has succeeded, so that its readers need not poll for it. */
  onTableWrite?: (streamArn: string) => void;
}

export interface DynamoDb extends ServiceModule {
  forward(request: ForwardedRequest): Promise<ForwardedReply>;
  /** The actions of DynamoDB Streams for callers inside, as the service `dynamodbstreams`. */
  streams: ServiceModule;
  /** Starts the database before anybody needs it; resolves when it answers, rejects with what is missing. */
  launch(): Promise<void>;
  /** Removes what has expired by now instead of within seconds; resolves to the number of items. */
  sweepExpired(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

/** DynamoDB and DynamoDB Streams: AWS's DynamoDB Local behind IAM, our ARNs and our clock. */
export function createDynamoDb(context: CloudContext, options: DynamoDbOptions = {}): DynamoDb {
  const { account, clock, iam, log } = context;
  const { onTableWrite = () => undefined } = options;
  const arns = createArns(account);
  const tables = createTableRegistry(arns);
  const journal = createStreamJournal(clock, account.region);
  const engine = options.databasePort ? createGuestEngine(options.databasePort) : createEngine(options, log);
  const connect = createConnection(engine, tables);
  const dispatch = createDispatcher({ arns, clock, tables, journal, connect, onTableWrite });
  const sweeper = new ExpirySweeper({ clock, log, tables, journal, dispatch });

  function authorize(action: string, input: Input, caller: Caller): void {
    for (const { action: permission, resource, conditionKeys } of accessesOf(action, input, arns)) {
      iam.authorize(caller, permission, resource, conditionKeys);
    }
  }

  return {
    name: 'dynamodb',
    protocol: {
      kind: 'json',
      targetPrefix: 'DynamoDB_20120810',
      targetPrefixes: ['DynamoDBStreams_20120810'],
      version: '1.0',
    },
    operations: createOperations(TABLE_ACTIONS, { arns, dispatch, authorize }),
    resourceTypes: createTableResources({ clock, region: account.region, tables, dispatch }),
    streams: {
      name: 'dynamodbstreams',
      operations: createOperations(STREAM_ACTIONS, { arns, dispatch, authorize }),
      resourceTypes: [],
    },
    async forward({ action, body, caller }) {
      try {
        const input = parse(body);
        authorize(action, input, caller);
        return await dispatch({ action, input, body });
      } catch (error) {
        if (error instanceof AwsError) return errorReply(error);
        throw error;
      }
    },
    launch: async () => void (await connect()),
    sweepExpired: () => sweeper.sweep(),
    start: () => sweeper.start(),
    async stop() {
      await sweeper.stop();
      await engine.stop();
    },
  };
}

function parse(body: Buffer): Input {
  let input: unknown;
  try {
    input = JSON.parse(body.toString());
  } catch {
    // Not JSON at all: AWS answers both with the same sentence.
  }
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  throw new AwsError('SerializationException', 'Start of structure or map found where not expected.');
}
