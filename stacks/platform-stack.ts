import { Duration } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** What all services share: the event bus with its archive, and the topic that calls people. */
export class PlatformStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'platform', props);
    const bus = new EventBus(this, 'Bus', { description: 'Everything that has happened in the shop' });
    bus.archive('Archive', { eventPattern: { version: ['0'] }, retention: Duration.days(90) });
    this.publishParameter('bus-name', bus.eventBusName);

    const alarms = new Topic(this, 'Alarms', { enforceSSL: true });
    // A topic with a policy of its own no longer has the default one, which lets alarms of the account publish.
    alarms.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
    this.publishParameter('alarm-topic-arn', alarms.topicArn);
  }
}
