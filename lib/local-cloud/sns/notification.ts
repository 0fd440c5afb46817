import { randomUUID } from 'node:crypto';
import type { Subscription, Topic } from './topics.ts';

/** An attribute of a message as the API has it. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

/** A message that was published. */
export interface Notification {
  id: string;
  topicArn: string;
  subject?: string;
  message: string;
  attributes: Record<string, MessageAttribute>;
  publishedAt: number;
}

export interface PublishInput {
  TopicArn?: string;
  TargetArn?: string;
  Message?: string;
  Subject?: string;
  MessageStructure?: string;
  MessageAttributes?: Record<string, MessageAttribute>;
}

// There is no key of AWS to sign with here.
const UNSIGNED = { SignatureVersion: '1', Signature: 'unsigned' };

export function newNotification(topic: Topic, input: PublishInput, now: number): Notification {
  return {
    id: randomUUID(),
    topicArn: topic.arn,
    subject: input.Subject,
    message: input.Message as string,
    attributes: input.MessageAttributes ?? {},
    publishedAt: now,
  };
}

/** The envelope in which a queue gets a message. */
export function queueEnvelope(notification: Notification, subscription: Subscription): string {
  const attributes = envelopeAttributes(notification);
  return JSON.stringify({
    Type: 'Notification',
    MessageId: notification.id,
    TopicArn: notification.topicArn,
    Subject: notification.subject,
    Message: notification.message,
    Timestamp: new Date(notification.publishedAt).toISOString(),
    ...UNSIGNED,
    SigningCertURL: '',
    UnsubscribeURL: unsubscribeUrl(subscription),
    MessageAttributes: Object.keys(attributes).length > 0 ? attributes : undefined,
  });
}

/** The event that a function gets. */
export function lambdaEvent(notification: Notification, subscription: Subscription): string {
  const record = {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: subscription.arn,
    Sns: {
      Type: 'Notification',
      MessageId: notification.id,
      TopicArn: notification.topicArn,
      Subject: notification.subject ?? null,
      Message: notification.message,
      Timestamp: new Date(notification.publishedAt).toISOString(),
      ...UNSIGNED,
      SigningCertUrl: '',
      UnsubscribeUrl: unsubscribeUrl(subscription),
      MessageAttributes: envelopeAttributes(notification),
    },
  };
  return JSON.stringify({ Records: [record] });
}

function envelopeAttributes({ attributes }: Notification): Record<string, { Type: string; Value?: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue },
    ]),
  );
}

function unsubscribeUrl({ arn }: Subscription): string {
  const region = arn.split(':')[3];
  return `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`;
}
