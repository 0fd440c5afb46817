import { describe, expect, test } from '@jest/globals';
import { anSqs } from '#test/local-cloud/sqs/sqs-for-tests.ts';

const QueueUrl = 'orders';
const entries = (...ids: string[]) => ids.map((Id) => ({ Id, MessageBody: 'x' }));
const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });
const sqs = (code: string) => `com.amazonaws.sqs#${code}`;

async function aQueue(attributes: Record<string, string> = {}) {
  const cloud = anSqs();
  await cloud.create(QueueUrl, attributes);
  return cloud;
}

describe('the errors of SQS', () => {
  test.each<[string, string, object, string, string]>([
    [
      'a queue that is not there',
      'SendMessage',
      { QueueUrl: 'x', MessageBody: 'a' },
      'QueueDoesNotExist',
      'The specified queue does not exist.',
    ],
    [
      'a queue of somebody else',
      'SendMessage',
      { QueueUrl: 'http://h/111111111111/orders', MessageBody: 'a' },
      'QueueDoesNotExist',
      'does not exist',
    ],
    [
      'an address that is none',
      'SendMessage',
      { QueueUrl: 'http://h/orders', MessageBody: 'a' },
      'InvalidAddress',
      'The address http://h/orders is not valid for this endpoint.',
    ],
    [
      'no queue',
      'SendMessage',
      { MessageBody: 'a' },
      'MissingParameter',
      'The request must contain the parameter QueueUrl.',
    ],
    ['no body', 'SendMessage', { QueueUrl }, 'MissingParameter', 'The request must contain the parameter MessageBody.'],
    [
      'a body with control characters',
      'SendMessage',
      { QueueUrl, MessageBody: 'a\u0000' },
      'InvalidMessageContents',
      "Invalid binary character '#x0'",
    ],
    [
      'too long a body',
      'SendMessage',
      { QueueUrl, MessageBody: 'x'.repeat(1_048_577) },
      'InvalidParameterValue',
      'Message must be shorter than 1048576 bytes.',
    ],
    [
      'too long a delay',
      'SendMessage',
      { QueueUrl, MessageBody: 'a', DelaySeconds: 901 },
      'InvalidParameterValue',
      'Value 901 for parameter DelaySeconds is invalid. Reason: Must be between 0 and 900, if provided.',
    ],
    [
      'a deduplication id',
      'SendMessage',
      { QueueUrl, MessageBody: 'a', MessageDeduplicationId: 'd' },
      'InvalidParameterValue',
      'not valid for this queue type',
    ],
    [
      'an empty attribute',
      'SendMessage',
      { QueueUrl, MessageBody: 'a', MessageAttributes: { a: text('') } },
      'InvalidParameterValue',
      'must contain a non-empty message attribute value',
    ],
    [
      'an attribute of no type',
      'SendMessage',
      { QueueUrl, MessageBody: 'a', MessageAttributes: { a: text('b', 'Text') } },
      'InvalidParameterValue',
      'must use only the following supported type prefixes',
    ],
    [
      'a number that is none',
      'SendMessage',
      { QueueUrl, MessageBody: 'a', MessageAttributes: { a: text('b', 'Number') } },
      'InvalidParameterValue',
      "Could not cast message attribute 'a' value to number.",
    ],
    [
      'an attribute with a bad name',
      'SendMessage',
      { QueueUrl, MessageBody: 'a', MessageAttributes: { 'aws.x': text('b') } },
      'InvalidParameterValue',
      "attribute name 'aws.x' is invalid",
    ],
    [
      'eleven attributes',
      'SendMessage',
      {
        QueueUrl,
        MessageBody: 'a',
        MessageAttributes: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, text('b')])),
      },
      'InvalidParameterValue',
      'Number of message attributes [11] exceeds the allowed maximum [10].',
    ],
    [
      'an unknown system attribute',
      'SendMessage',
      { QueueUrl, MessageBody: 'a', MessageSystemAttributes: { x: text('b') } },
      'InvalidParameterValue',
      "Message system attribute name 'x' is invalid.",
    ],
    [
      'eleven messages',
      'ReceiveMessage',
      { QueueUrl, MaxNumberOfMessages: 11 },
      'InvalidParameterValue',
      'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    ],
    [
      'a wait of 21 seconds',
      'ReceiveMessage',
      { QueueUrl, WaitTimeSeconds: 21 },
      'InvalidParameterValue',
      'Must be between 0 and 20',
    ],
    [
      'a handle that is none',
      'DeleteMessage',
      { QueueUrl, ReceiptHandle: 'x' },
      'ReceiptHandleIsInvalid',
      'The input receipt handle "x" is not a valid receipt handle.',
    ],
    ['no handle', 'DeleteMessage', { QueueUrl }, 'MissingParameter', 'ReceiptHandle'],
    [
      'too long a visibility',
      'ChangeMessageVisibility',
      { QueueUrl, ReceiptHandle: 'x', VisibilityTimeout: 43_201 },
      'InvalidParameterValue',
      'VisibilityTimeout must be an integer between 0 and 43200',
    ],
    [
      'an empty batch',
      'SendMessageBatch',
      { QueueUrl, Entries: [] },
      'EmptyBatchRequest',
      'There should be at least one SendMessageBatchRequestEntry in the request.',
    ],
    [
      'eleven entries',
      'SendMessageBatch',
      { QueueUrl, Entries: entries(...'abcdefghijk') },
      'TooManyEntriesInBatchRequest',
      'Maximum number of entries per request are 10. You have sent 11.',
    ],
    [
      'an id twice',
      'SendMessageBatch',
      { QueueUrl, Entries: entries('a', 'a') },
      'BatchEntryIdsNotDistinct',
      'Id a repeated.',
    ],
    [
      'a bad id',
      'SendMessageBatch',
      { QueueUrl, Entries: entries('a b') },
      'InvalidBatchEntryId',
      'A batch entry id can only contain',
    ],
    [
      'too long a batch',
      'SendMessageBatch',
      {
        QueueUrl,
        Entries: [
          { Id: 'a', MessageBody: 'x'.repeat(1_048_576) },
          { Id: 'b', MessageBody: 'x' },
        ],
      },
      'BatchRequestTooLong',
      'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
    ],
    [
      'an unknown attribute',
      'GetQueueAttributes',
      { QueueUrl, AttributeNames: ['Colour'] },
      'InvalidAttributeName',
      'Unknown Attribute Colour.',
    ],
    [
      'an unknown attribute to set',
      'SetQueueAttributes',
      { QueueUrl, Attributes: { Colour: 'red' } },
      'InvalidAttributeName',
      'Unknown Attribute Colour.',
    ],
    [
      'a value that is out of range',
      'SetQueueAttributes',
      { QueueUrl, Attributes: { VisibilityTimeout: '43201' } },
      'InvalidAttributeValue',
      'Invalid value for the parameter VisibilityTimeout.',
    ],
    [
      'a FIFO attribute',
      'SetQueueAttributes',
      { QueueUrl, Attributes: { DeduplicationScope: 'queue' } },
      'InvalidAttributeName',
      'Unknown Attribute DeduplicationScope.',
    ],
    [
      'a name of odd characters',
      'CreateQueue',
      { QueueName: 'a b' },
      'InvalidParameterValue',
      'Can only include alphanumeric characters',
    ],
    [
      'a FIFO queue by another name',
      'CreateQueue',
      { QueueName: 'a', Attributes: { FifoQueue: 'true' } },
      'InvalidParameterValue',
      'must end with .fifo suffix',
    ],
    [
      'a standard queue by the name of a FIFO queue',
      'CreateQueue',
      { QueueName: 'a.fifo' },
      'InvalidParameterValue',
      'Can only include alphanumeric characters',
    ],
    [
      'a queue that exists with other attributes',
      'CreateQueue',
      { QueueName: 'orders', Attributes: { DelaySeconds: '7' } },
      'QueueNameExists',
      'different value for attribute DelaySeconds',
    ],
  ])('%s', async (_title, action, input, code, message) => {
    const { call } = await aQueue();
    const request = call(action, input);
    await expect(request).rejects.toMatchObject({ code: sqs(code) });
    await expect(request).rejects.toThrow(message);
  });

  test('name a field that is not modelled', async () => {
    const { call } = await aQueue();
    await expect(call('ReceiveMessage', { QueueUrl, ReceiveRequestAttemptId: 'x' })).rejects.toThrow(
      'does not model ReceiveRequestAttemptId of sqs:ReceiveMessage',
    );
  });

  test('tell of a message that is not in flight', async () => {
    const { clock, send, receive, call } = await aQueue({ VisibilityTimeout: '1' });
    await send(QueueUrl, 'one');
    const [message] = await receive(QueueUrl);
    const input = { QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 5 };
    clock.advance(1000);
    await expect(call('ChangeMessageVisibility', input)).rejects.toMatchObject({ code: sqs('MessageNotInflight') });
    await call('DeleteMessage', { QueueUrl, ReceiptHandle: message?.ReceiptHandle });
    await expect(call('ChangeMessageVisibility', input)).rejects.toThrow('Message does not exist or is not available');
  });

  test('tell of a handle of another queue', async () => {
    const { create, send, receive, call } = await aQueue();
    await create('other');
    await send('other', 'one');
    const [message] = await receive('other');
    const ReceiptHandle = message?.ReceiptHandle;
    await expect(call('DeleteMessage', { QueueUrl, ReceiptHandle })).rejects.toMatchObject({
      code: sqs('ReceiptHandleIsInvalid'),
    });
  });
});
