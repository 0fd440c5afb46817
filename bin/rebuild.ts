// `npm run rebuild -- --stage dev [--json]`: makes the state of every order anew from its events and compares it with
// the row. Writes nothing. Exit status: 0 all alike, 1 differences, 2 it could not look. The account, or the embedded
// cloud, is that of the usual AWS variables: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ...
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type Difference, type OrderRow, rebuild } from './rebuild/compare.ts';
import { whereToCall } from './where-to-call.ts';

const USAGE = `Usage: npm run rebuild -- [--stage dev] [--json]
    folds every order's events, compares the outcome with its row, and writes nothing`;
const OPTIONS = {
  stage: { type: 'string', default: 'dev' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

interface Report {
  stage: string;
  orders: number;
  differences: Difference[];
}

try {
  const { stage, json, help } = parseArgs({ options: OPTIONS }).values;
  if (help) console.log(USAGE);
  else await tell(stage, json);
} catch (error) {
  console.error(`The orders could not be compared: ${(error as Error).message}`);
  process.exitCode = 2;
}

async function tell(stage: string, json: boolean): Promise<void> {
  const report = await compareAll(stage);
  console.log(json ? JSON.stringify(report, null, 2) : sentences(report));
  process.exitCode = report.differences.length > 0 ? 1 : 0;
}

async function compareAll(stage: string): Promise<Report> {
  const report: Report = { stage, orders: 0, differences: [] };
  for await (const row of orderRows(await tableName(stage))) {
    report.orders += 1;
    report.differences.push(...rebuild(row));
  }
  return report;
}

async function tableName(stage: string): Promise<string> {
  const ssm = new SSMClient(whereToCall());
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `/bazaar/${stage}/order/table-name` }));
  return Parameter?.Value ?? '';
}

/** Every order of the table, page by page. Its other rows are copies of products. */
async function* orderRows(TableName: string): AsyncGenerator<OrderRow> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(whereToCall()));
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new ScanCommand({
        TableName,
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :order)',
        ExpressionAttributeValues: { ':order': 'ORDER#' },
        ExclusiveStartKey,
      }),
    );
    yield* (page.Items ?? []) as OrderRow[];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

function sentences({ stage, orders, differences }: Report): string {
  const lines = differences.map(
    ({ order_id, field, row, events }) =>
      `order ${order_id}: ${field} is ${JSON.stringify(row)}, its events say ${JSON.stringify(events)}`,
  );
  const result = lines.length === 0 ? 'all as their events say' : `${lines.length} differences`;
  return [...lines, `${orders} orders of stage ${stage}: ${result}`].join('\n');
}
