import type { CloudContext, PolicyDocument, ServiceModule } from '../core/service.ts';
import { TopicDeliveries } from './delivery.ts';
import { snsResourceTypes } from './resources.ts';
import { type SnsState, topicOperations } from './topic-operations.ts';
import { Topics } from './topics.ts';

/** Amazon SNS for queues and functions, in memory. */
export function createSns(context: CloudContext): ServiceModule {
  const topics = new Topics(context);
  const deliveries = new TopicDeliveries(context);
  const state: SnsState = { context, topics, deliveries };
  return {
    name: 'sns',
    protocol: {
      kind: 'query',
      apiVersion: '2010-03-31',
      xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    },
    operations: topicOperations(state),
    resourceTypes: snsResourceTypes(state),
    start() {
      for (const { arn, hasOwnPolicy } of topics.all()) {
        if (!hasOwnPolicy) context.iam.attachResourcePolicy(arn, defaultPolicy(context, arn));
      }
    },
    stop: () => deliveries.stop(),
  };
}

/**
 * What a topic has until a policy replaces it: the services of its own account (CloudWatch alarms) may publish.
 * So it is only known when all resources are there which topics still have it.
 */
function defaultPolicy({ account }: CloudContext, arn: string): PolicyDocument {
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: '*',
      Action: 'sns:Publish',
      Resource: arn,
      Condition: { StringEquals: { 'aws:SourceAccount': account.id } },
    },
  };
}
