import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { createSqs } from '#lib/local-cloud/sqs/sqs.ts';
import { clientSettings } from '../core/test-cloud.ts';
import { elements, serve } from './endpoint-of.ts';

const served = serve(({ context }, endpointUrl) => [createSqs(context, { endpointUrl })]);

const query = (Action: string, fields: Record<string, string>, path?: string) =>
  served.query('sqs', { Action, Version: '2012-11-05', ...fields }, path);

let queues = 0;

async function createQueue(fields: Record<string, string> = {}): Promise<string> {
  const { xml } = await query('CreateQueue', { QueueName: `queue-${++queues}`, ...fields });
  return elements(xml, 'QueueUrl')[0] as string;
}

describe('SQS in the Query protocol', () => {
  test('keeps a message with its attributes until it is deleted', async () => {
    const QueueUrl = await createQueue();
    const sent = await query('SendMessage', {
      QueueUrl,
      MessageBody: 'a <b> &\r\n',
      'MessageAttribute.1.Name': 'colour',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'red',
    });
    const received = await query('ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: '10',
      VisibilityTimeout: '30',
      'AttributeName.1': 'ApproximateReceiveCount',
      'MessageAttributeName.1': 'All',
    });
    const ReceiptHandle = elements(received.xml, 'ReceiptHandle')[0] as string;
    await query('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: '0' });
    const again = await query('ReceiveMessage', { QueueUrl });
    const deleted = await query('DeleteMessage', {
      QueueUrl,
      ReceiptHandle: elements(again.xml, 'ReceiptHandle')[0] as string,
    });

    expect(sent.xml).toMatch(/<SendMessageResult><MessageId>.*<\/MessageId><MD5OfMessageBody>/);
    expect(elements(received.xml, 'Body')).toEqual(['a &lt;b&gt; &amp;&#xD;\n']);
    expect(received.xml).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
    expect(received.xml).toContain(
      '<MessageAttribute><Name>colour</Name><Value><DataType>String</DataType><StringValue>red</StringValue></Value></MessageAttribute>',
    );
    expect(elements(again.xml, 'Message')).toHaveLength(1);
    expect(deleted.status).toBe(200);
  });

  test('answers entries of a batch one by one', async () => {
    const { xml } = await query('SendMessageBatch', {
      QueueUrl: await createQueue(),
      'SendMessageBatchRequestEntry.1.Id': 'one',
      'SendMessageBatchRequestEntry.1.MessageBody': 'first',
      'SendMessageBatchRequestEntry.1.DelaySeconds': '5',
      'SendMessageBatchRequestEntry.2.Id': 'two',
      'SendMessageBatchRequestEntry.2.MessageBody': '',
    });

    expect(elements(elements(xml, 'SendMessageBatchResultEntry')[0] as string, 'Id')).toEqual(['one']);
    expect(elements(xml, 'BatchResultErrorEntry')[0]).toMatch(/^<Id>two<\/Id><SenderFault>true<\/SenderFault>/);
  });

  test('reads attributes and tags of queues, and writes them', async () => {
    const QueueUrl = await createQueue({
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '7',
      'Tag.1.Key': 'stage',
      'Tag.1.Value': 'dev',
    });
    await query('TagQueue', { QueueUrl, 'Tags.1.Key': 'team', 'Tags.1.Value': 'shop' });
    await query('UntagQueue', { QueueUrl, 'TagKey.1': 'stage' });

    const attributes = await query('GetQueueAttributes', { QueueUrl, 'AttributeName.1': 'VisibilityTimeout' });
    const tags = await query('ListQueueTags', { QueueUrl });

    expect(elements(attributes.xml, 'Attribute')).toEqual(['<Name>VisibilityTimeout</Name><Value>7</Value>']);
    expect(elements(tags.xml, 'Tag')).toEqual(['<Key>team</Key><Value>shop</Value>']);
  });

  test('lists queues', async () => {
    const urls = [await createQueue(), await createQueue()];

    const { xml } = await query('ListQueues', { QueueNamePrefix: 'queue-', MaxResults: '1000' });

    expect(elements(xml, 'QueueUrl')).toEqual(expect.arrayContaining(urls));
  });

  test('finds the queue in the path of the request', async () => {
    const path = new URL(await createQueue()).pathname;

    await query('SendMessage', { MessageBody: 'to a path' }, path);

    expect(elements((await query('ReceiveMessage', {}, path)).xml, 'Body')).toEqual(['to a path']);
  });

  test('shares its queues with clients that speak JSON', async () => {
    const QueueUrl = await createQueue();
    const client = new SQSClient(clientSettings(served.endpoint));

    await query('SendMessage', { QueueUrl, MessageBody: 'from a form' });
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'from JSON' }));
    const { xml } = await query('ReceiveMessage', { QueueUrl });
    client.destroy();

    expect(Messages?.[0]?.Body).toBe('from a form');
    expect(elements(xml, 'Body')).toEqual(['from JSON']);
  });

  test.each([
    ['a queue that is not there', 'GetQueueUrl', { QueueName: 'no' }, 'AWS.SimpleQueueService.NonExistentQueue'],
    ['a missing parameter', 'SendMessage', { MessageBody: 'x' }, 'MissingParameter'],
    ['an empty batch', 'SendMessageBatch', { QueueUrl: 'queue-1' }, 'AWS.SimpleQueueService.EmptyBatchRequest'],
    ['an unknown action', 'Levitate', {}, 'InvalidAction'],
  ])('names the error for %s as it used to', async (_, action, fields, code) => {
    await createQueue({ QueueName: 'queue-1' });

    const { status, xml } = await query(action, fields as Record<string, string>);

    expect(status).toBe(400);
    expect(elements(xml, 'Code')).toEqual([code]);
  });
});
