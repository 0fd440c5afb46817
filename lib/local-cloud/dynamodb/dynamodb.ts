import { AwsError } from '../core/aws-error.ts';
import type {
  AnyOperation,
  CallContext,
  CloudContext,
  ForwardedReply,
  ForwardedRequest,
  ServiceModule,
} from '../core/service.ts';
import { accessesOf, STREAM_ACTIONS, TABLE_ACTIONS } from './access.ts';
import { createArns } from './arns.ts';
import { createDispatcher, type Dispatch } from './dispatcher.ts';
import { createEngine, type EngineOptions } from './engine.ts';
import type { EngineClient } from './engine-client.ts';
import { ExpirySweeper } from './expiry-sweeper.ts';
import { errorReply, outputOf } from './replies.ts';
import type { Input, TableDescription } from './shapes.ts';
import { createStreamJournal } from './stream-journal.ts';
import { createTableRegistry } from './table-registry.ts';
import { createTableResources } from './table-resources.ts';

export interface DynamoDbOptions extends EngineOptions {
  /** Called the moment a write to a table with a stream has succeeded, so that its readers need not poll for it. */
  onTableWrite?: (streamArn: string) => void;
  /** Wraps the one way to the database, for instance to let requests fail on purpose. */
  wrapDispatch?: (dispatch: Dispatch) => Dispatch;
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
  const arns = createArns(account);
  const engine = createEngine(options, log);
  const tables = createTableRegistry(arns);
  const journal = createStreamJournal(clock, account.region);
  const onTableWrite = options.onTableWrite ?? (() => undefined);

  let connected: Promise<EngineClient> | undefined;
  const connect = () => {
    connected ??= engine.launch().then(async (client) => {
      if (options.dataDir) await readKeptTables(client, (table) => tables.observe(table));
      return client;
    });
    return connected;
  };

  const plain = createDispatcher({ arns, clock, tables, journal, connect, onTableWrite });
  const dispatch = options.wrapDispatch?.(plain) ?? plain;
  const sweeper = new ExpirySweeper({ clock, log, tables, journal, dispatch });

  function authorize(action: string, input: Input, caller: CallContext['caller']): void {
    for (const access of accessesOf(action, input, arns)) iam.authorize(caller, access.action, access.resource);
  }

  function operation(action: string): [string, AnyOperation] {
    const byItem = action.startsWith('Transact');
    return [
      action,
      {
        iamAction: `dynamodb:${action}`,
        // A transaction needs a different permission for each kind of item, so it asks for them itself.
        resources: (input: Input) => (byItem ? [] : accessesOf(action, input, arns).map((access) => access.resource)),
        async run(input: Input, call: CallContext) {
          if (byItem) authorize(action, input, call.caller);
          return outputOf(await dispatch({ action, input }));
        },
      },
    ];
  }

  return {
    name: 'dynamodb',
    protocol: {
      kind: 'json',
      targetPrefix: 'DynamoDB_20120810',
      targetPrefixes: ['DynamoDBStreams_20120810'],
      version: '1.0',
    },
    operations: Object.fromEntries(TABLE_ACTIONS.map(operation)),
    resourceTypes: createTableResources({ clock, region: account.region, tables, dispatch }),
    streams: {
      name: 'dynamodbstreams',
      operations: Object.fromEntries(STREAM_ACTIONS.map(operation)),
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
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw Object.assign(new AwsError('SerializationException', 'Start of structure or map found where not expected.'), {
      cause,
    });
  }
}

/** The tables that a database on disk brings along. */
async function readKeptTables(client: EngineClient, observe: (table: TableDescription) => void): Promise<void> {
  const call = async (action: string, input: Input) =>
    outputOf(await client.send(`DynamoDB_20120810.${action}`, JSON.stringify(input)));
  let from: string | undefined;
  do {
    const page = (await call('ListTables', from ? { ExclusiveStartTableName: from } : {})) as {
      TableNames: string[];
      LastEvaluatedTableName?: string;
    };
    for (const TableName of page.TableNames) {
      observe(((await call('DescribeTable', { TableName })) as { Table: TableDescription }).Table);
    }
    from = page.LastEvaluatedTableName;
  } while (from);
}
