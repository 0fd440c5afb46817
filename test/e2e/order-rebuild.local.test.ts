import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';

const ROOT = join(__dirname, '../..');
const endpoint = process.env.BAZAAR_AWS_URL;
const client = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'operator', secretAccessKey: 'any' } };

// Only where the rows can be reached: on the embedded cloud that these tests have started.
(endpoint ? describe : describe.skip)('npm run rebuild', () => {
  const dynamoDb = new DynamoDBClient(client);
  const ssm = new SSMClient(client);

  afterAll(() => {
    dynamoDb.destroy();
    ssm.destroy();
  });

  async function rebuild(...args: string[]) {
    const child = spawn(process.execPath, ['bin/on-node-24.mjs', 'bin/rebuild.ts', ...args], {
      cwd: ROOT,
      env: { ...process.env, AWS_ENDPOINT_URL: endpoint },
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [printed, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { status: await ended, printed, errors };
  }

  async function writeStatus(orderId: string, status: string): Promise<void> {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/bazaar/dev/order/table-name' }));
    await dynamoDb.send(
      new UpdateItemCommand({
        TableName: Parameter?.Value,
        Key: { pk: { S: `ORDER#${orderId}` } },
        UpdateExpression: 'SET #status = :status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': { S: status } },
      }),
    );
  }

  test('finds every order as its events say, until somebody changes a row behind their back', async () => {
    const product_id = await shop.aProduct();
    const jane = await shop.aCustomer();
    const { order_id } = await shop.settledOrder(jane, { product_id });
    await shop.settledOrder(jane, { product_id, payment_method: 'card_declined' });

    const untouched = await rebuild('--stage', 'dev', '--json');
    expect(JSON.parse(untouched.printed)).toMatchObject({ stage: 'dev', orders: expect.any(Number), differences: [] });
    expect(untouched.status).toBe(0);

    await writeStatus(order_id, 'delivered');
    const touched = await rebuild('--stage', 'dev');
    await writeStatus(order_id, 'confirmed');
    expect(touched.printed).toContain(`order ${order_id}: status is "delivered", its events say "confirmed"`);
    expect(touched.status).toBe(1);
  });

  test('says so when there is no such stage', async () => {
    const { status, errors } = await rebuild('--stage', 'nowhere');

    expect(status).toBe(2);
    expect(errors).toContain('nowhere');
  });
});
