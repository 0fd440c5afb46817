import type { PolicyDocument, ResourceType } from '../core/service.ts';
import type { SnsState } from './topic-operations.ts';

const UNENCRYPTED = 'messages stay in the memory of this process, unencrypted';
const LONGEST_NAME = 256;

interface InlineSubscription {
  Endpoint: string;
  Protocol: string;
}

/** The resource types of SNS. Filter policies and FIFO topics are not modelled, so they are refused. */
export function snsResourceTypes({ topics, context }: SnsState): ResourceType[] {
  const setPolicy = (topicArn: string, policy: PolicyDocument) => {
    topics.get(topicArn).hasOwnPolicy = true;
    context.iam.attachResourcePolicy(topicArn, policy);
  };
  return [
    {
      type: 'AWS::SNS::Topic',
      properties: {
        TopicName: true,
        DisplayName: true,
        Subscription: { Endpoint: true, Protocol: true },
        DeliveryStatusLogging: 'deliveries are not logged here',
        KmsMasterKeyId: UNENCRYPTED,
        SignatureVersion: 'messages are not signed here',
        Tags: 'tags have no effect here',
        TracingConfig: 'traces are always passed on',
      },
      create(resource) {
        const { TopicName, DisplayName, Subscription = [] } = resource.properties;
        const topic = topics.create(TopicName ?? resource.generatedName(LONGEST_NAME), DisplayName);
        for (const { Protocol, Endpoint } of Subscription as InlineSubscription[]) {
          topics.subscribe({ topicArn: topic.arn, protocol: Protocol, endpoint: Endpoint });
        }
        return { ref: topic.arn, attributes: { TopicArn: topic.arn, TopicName: topic.name } };
      },
    },
    {
      type: 'AWS::SNS::Subscription',
      properties: {
        TopicArn: true,
        Protocol: true,
        Endpoint: true,
        RawMessageDelivery: true,
        RedrivePolicy: { deadLetterTargetArn: true },
        DeliveryPolicy: 'it is for HTTP endpoints, and nothing is sent to those from here',
        Region: 'there is one region',
      },
      create({ properties }) {
        const { TopicArn, Protocol, Endpoint, RawMessageDelivery, RedrivePolicy } = properties;
        const { arn } = topics.subscribe({
          topicArn: TopicArn,
          protocol: Protocol,
          endpoint: Endpoint,
          raw: String(RawMessageDelivery) === 'true',
          deadLetterArn: RedrivePolicy?.deadLetterTargetArn,
        });
        return { ref: arn, attributes: { Arn: arn } };
      },
    },
    {
      type: 'AWS::SNS::TopicPolicy',
      properties: { PolicyDocument: true, Topics: true },
      create(resource) {
        const { PolicyDocument, Topics } = resource.properties;
        for (const arn of Topics as string[]) setPolicy(arn, PolicyDocument);
        return { ref: resource.generatedName(), attributes: { Id: resource.generatedName() } };
      },
    },
    {
      type: 'AWS::SNS::TopicInlinePolicy',
      properties: { PolicyDocument: true, TopicArn: true },
      create({ properties }) {
        setPolicy(properties.TopicArn, properties.PolicyDocument);
        return { ref: properties.TopicArn };
      },
    },
  ];
}
