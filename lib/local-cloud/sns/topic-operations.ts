import { page } from '../core/page.ts';
import type { AnyOperation, CloudContext, Operation } from '../core/service.ts';
import type { TopicDeliveries } from './delivery.ts';
import { newNotification, type PublishInput } from './notification.ts';
import { invalidParameter, type Subscription, type Topics } from './topics.ts';

const MOST_BYTES = 262_144;
const PAGE = 100;

export interface SnsState {
  context: CloudContext;
  topics: Topics;
  deliveries: TopicDeliveries;
}

interface SubscribeInput {
  TopicArn: string;
  Protocol: string;
  Endpoint: string;
  Attributes?: { RawMessageDelivery?: string; RedrivePolicy?: string };
  ReturnSubscriptionArn?: string | boolean;
}

/** Publish, and the topics and subscriptions of the API. */
export function topicOperations(state: SnsState): Record<string, AnyOperation> {
  const { topics, context } = state;

  const Publish: Operation<PublishInput, { MessageId: string }> = {
    accepts: {
      TopicArn: true,
      TargetArn: true,
      Message: true,
      Subject: true,
      MessageStructure: true,
      MessageAttributes: true,
    },
    resources: ({ TopicArn, TargetArn }) => [TopicArn ?? TargetArn ?? ''],
    run: (input, { trace }) => publish(state, input, trace),
  };

  const CreateTopic: Operation<{ Name: string; Attributes?: { DisplayName?: string } }, { TopicArn: string }> = {
    accepts: { Name: true, Attributes: { DisplayName: true }, Tags: 'tags have no effect here' },
    resources: ({ Name }) => [context.account.arn('sns', Name)],
    run: ({ Name, Attributes }) => ({ TopicArn: topics.create(Name, Attributes?.DisplayName).arn }),
  };

  const ListTopics: Operation<{ NextToken?: string }, object> = {
    accepts: { NextToken: true },
    resources: () => ['*'],
    run({ NextToken }) {
      const { items, nextToken } = page(topics.all(), PAGE, NextToken);
      return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: nextToken };
    },
  };

  const Subscribe: Operation<SubscribeInput, { SubscriptionArn: string }> = {
    accepts: {
      TopicArn: true,
      Protocol: true,
      Endpoint: true,
      ReturnSubscriptionArn: true,
      Attributes: { RawMessageDelivery: true, RedrivePolicy: true },
    },
    resources: ({ TopicArn }) => [TopicArn],
    run({ TopicArn, Protocol, Endpoint, Attributes = {} }) {
      const { arn } = topics.subscribe({
        topicArn: TopicArn,
        protocol: Protocol,
        endpoint: Endpoint,
        raw: Attributes.RawMessageDelivery === 'true',
        deadLetterArn: deadLetterArnOf(Attributes.RedrivePolicy),
      });
      return { SubscriptionArn: arn };
    },
  };

  const Unsubscribe: Operation<{ SubscriptionArn: string }, object> = {
    accepts: { SubscriptionArn: true },
    resources: ({ SubscriptionArn }) => [SubscriptionArn.split(':').slice(0, 6).join(':')],
    run({ SubscriptionArn }) {
      topics.unsubscribe(SubscriptionArn);
      return {};
    },
  };

  const GetTopicAttributes: Operation<{ TopicArn: string }, object> = {
    accepts: { TopicArn: true },
    resources: ({ TopicArn }) => [TopicArn],
    run({ TopicArn }) {
      const { displayName = '', subscriptions } = topics.get(TopicArn);
      const attributes = {
        TopicArn,
        Owner: context.account.id,
        DisplayName: displayName,
        SubscriptionsConfirmed: String(subscriptions.length),
        SubscriptionsPending: '0',
        SubscriptionsDeleted: '0',
      };
      return { Attributes: new Map(Object.entries(attributes)) };
    },
  };

  const ListSubscriptions: Operation<{ NextToken?: string }, object> = {
    accepts: { NextToken: true },
    resources: () => ['*'],
    run({ NextToken }) {
      const all = topics.all().flatMap(({ subscriptions }) => subscriptions);
      const { items, nextToken } = page(all, PAGE, NextToken);
      return { Subscriptions: items.map((item) => describe(item, context)), NextToken: nextToken };
    },
  };

  const ListSubscriptionsByTopic: Operation<{ TopicArn: string; NextToken?: string }, object> = {
    accepts: { TopicArn: true, NextToken: true },
    resources: ({ TopicArn }) => [TopicArn],
    run({ TopicArn, NextToken }) {
      const { items, nextToken } = page(topics.get(TopicArn).subscriptions, PAGE, NextToken);
      return { Subscriptions: items.map((item) => describe(item, context)), NextToken: nextToken };
    },
  };

  return {
    Publish,
    CreateTopic,
    ListTopics,
    GetTopicAttributes,
    Subscribe,
    Unsubscribe,
    ListSubscriptions,
    ListSubscriptionsByTopic,
  };
}

function publish({ topics, deliveries, context }: SnsState, input: PublishInput, trace?: string) {
  const topic = topics.get(input.TopicArn ?? input.TargetArn);
  if (!input.Message) throw invalidParameter('Empty message');
  if (Buffer.byteLength(input.Message) > MOST_BYTES) throw invalidParameter('Message too long');
  if (input.MessageStructure) throw invalidParameter('the embedded cloud does not model MessageStructure');
  if (input.Subject !== undefined && (input.Subject === '' || input.Subject.length > 100)) {
    throw invalidParameter('Subject');
  }
  const notification = newNotification(topic, input, context.clock.now());
  for (const subscription of topic.subscriptions) deliveries.start(notification, subscription, trace);
  return { MessageId: notification.id };
}

function deadLetterArnOf(redrivePolicy: string | undefined): string | undefined {
  if (!redrivePolicy) return undefined;
  try {
    return JSON.parse(redrivePolicy).deadLetterTargetArn;
  } catch (cause) {
    throw Object.assign(invalidParameter('RedrivePolicy: failed to parse JSON.'), { cause });
  }
}

function describe({ arn, topicArn, protocol, endpoint }: Subscription, { account }: CloudContext) {
  return { SubscriptionArn: arn, Owner: account.id, Protocol: protocol, Endpoint: endpoint, TopicArn: topicArn };
}
