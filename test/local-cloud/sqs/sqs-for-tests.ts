import { afterEach } from '@jest/globals';
import { Account } from '#lib/local-cloud/core/account.ts';
import { createApi } from '#lib/local-cloud/core/api.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import { type CallContext, type CloudContext, OPERATOR, type Resource } from '#lib/local-cloud/core/service.ts';
import { createSqs, type SqsOptions } from '#lib/local-cloud/sqs/sqs.ts';

export interface Received {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, { DataType: string; StringValue?: string }>;
  MD5OfMessageAttributes?: string;
}

const clocks = new Set<Clock>();

afterEach(() => {
  for (const clock of clocks) clock.stop();
  clocks.clear();
});

/** SQS behind the real door to the services, with an IAM that allows everything and notes what it was asked. */
export function anSqs(options: SqsOptions = {}) {
  const clock = new Clock();
  clocks.add(clock);
  const authorized: string[] = [];
  const policies: { arn: string; policy: unknown }[] = [];
  const iam = {
    authorize: (_caller: unknown, action: string, arn: string) => void authorized.push(`${action} ${arn}`),
    attachResourcePolicy: (arn: string, policy: unknown) => void policies.push({ arn, policy }),
    credentialsFor: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '' }),
  };
  const api = createApi(iam);
  const context: CloudContext = { account: new Account(), clock, api, iam, log: SILENT };
  const sqs = createSqs(context, options);
  api.register(sqs);

  const call = <O = Record<string, never>>(action: string, input: object, as: Partial<CallContext> = {}) =>
    api.call<O>('sqs', action, input, { caller: OPERATOR, ...as });

  const receive = async (QueueUrl: string, more: object = {}): Promise<Received[]> => {
    const { Messages = [] } = await call<{ Messages?: Received[] }>('ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
      AttributeNames: ['All'],
      MessageAttributeNames: ['All'],
      ...more,
    });
    return Messages;
  };

  return {
    clock,
    sqs,
    policies,
    authorized,
    call,
    /** Creates a resource of a template. */
    deploy(type: string, properties: Record<string, unknown>, logicalId = 'Queue') {
      const resourceType = sqs.resourceTypes.find((candidate) => candidate.type === type);
      const resource: Resource = {
        stackName: 'shop',
        logicalId,
        type,
        properties,
        metadata: {},
        generatedName: (maxLength = 80) => `shop-${logicalId}-ABC123`.slice(0, maxLength),
      };
      if (!resourceType) throw new Error(`no resource type ${type}`);
      return resourceType.create(resource);
    },
    create: (QueueName: string, Attributes: Record<string, string> = {}) =>
      call<{ QueueUrl: string }>('CreateQueue', { QueueName, Attributes }),
    send: (QueueUrl: string, MessageBody: string, more: object = {}) =>
      call<{ MessageId: string; SequenceNumber?: string }>('SendMessage', { QueueUrl, MessageBody, ...more }),
    receive,
    bodies: async (QueueUrl: string, more: object = {}) => (await receive(QueueUrl, more)).map(({ Body }) => Body),
    async counts(QueueUrl: string): Promise<number[]> {
      const { Attributes } = await call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
        QueueUrl,
        AttributeNames: ['All'],
      });
      return ['', 'Delayed', 'NotVisible'].map((suffix) => Number(Attributes[`ApproximateNumberOfMessages${suffix}`]));
    },
  };
}

export const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
