import { EventBus, Match } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import type { Construct } from 'constructs';
import { UserRegistered, UserUpdated } from '#events/user-events.ts';
import { metricOfEach, ownMetric } from '#lib/infra/own-metrics.ts';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';
import { addPlatformQueries } from './platform-queries.ts';

/** Events that hold names and addresses. The archive cannot forget one user's, so it never gets them. */
const OF_PERSONS = [UserRegistered.type, UserUpdated.type];

/** What all services share: the event bus with its archive, and the topic that calls people. */
export class PlatformStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'platform', props);
    const bus = new EventBus(this, 'Bus', {
      // The name that CDK would give is the same for each stage.
      eventBusName: `bazaar-${this.stage}`,
      description: 'Everything that has happened in the shop',
    });
    // Kept without end, so that a view of all of it can always be made anew (docs/decisions/0011): about $0.10 for each
    // GB that comes in and $0.023 a month for each that is kept; a million orders are about 6 GB.
    const history = bus.archive('History', { eventPattern: { detailType: Match.anythingBut(...OF_PERSONS) } });
    for (const kept of [bus, history]) kept.applyRemovalPolicy(this.settings.removalPolicy);
    this.publishParameter('bus-name', bus.eventBusName);
    this.publishParameter('archive-name', history.archiveName);

    const alarms = new Topic(this, 'Alarms', { enforceSSL: true });
    // A topic with a policy of its own no longer has the default one, which lets alarms of the account publish.
    alarms.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
    this.publishParameter('alarm-topic-arn', alarms.topicArn);
    if (this.settings.canary) this.#letDeploy();
    addPlatformQueries(this);
    this.#showAllServices();
    this.#sampleTraces();
  }

  /** The role that CodeDeploy moves aliases by, one for all functions of the stage: it does the same with each. */
  #letDeploy(): void {
    const role = new Role(this, 'DeploymentRole', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      description: 'Gives new versions of functions their calls, and takes them back',
    });
    const functions = this.formatArn({ service: 'lambda', resource: `function:Bazaar-${this.stage}-*` });
    const actions = ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'];
    role.addToPolicy(new PolicyStatement({ actions, resources: [functions] }));
    role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
    this.publishParameter('deployment-role-arn', role.roleArn);
  }

  /** How all services are doing, a line each; and what the shop is there for. */
  #showAllServices(): void {
    this.show(() => ({
      'Orders placed and confirmed': ['OrdersPlaced', 'OrdersConfirmed'].map((name) => ownMetric('order', name)),
      'Orders cancelled, by reason': [metricOfEach('OrdersCancelled', 'Sum', ['reason', 'service'])],
      'From placed to its end: half, and 99 of 100, ms': ['p50', 'p99'].map((percentile) =>
        ownMetric('order', 'SagaDuration', percentile),
      ),
      'Refused: stock and payment': [ownMetric('inventory', 'StockRefused'), ownMetric('payment', 'PaymentsDeclined')],
    }));
    this.show(() => ({
      'Share of requests and steps that failed (0.001 may)': [metricOfEach('Fault', 'Average')],
      'Requests and steps': [metricOfEach('Fault', 'SampleCount')],
      'Relays: from write to published, ms': [metricOfEach('RelayLag', 'Maximum')],
      'Messages given up': [metricOfEach('DeadLetters', 'Sum')],
    }));
  }

  /** Which requests are traced, of those that begin at one of the stage's functions (docs/traces.md). */
  #sampleTraces(): void {
    const { perSecond, share } = this.settings.traces;
    const any = { serviceType: '*', host: '*', httpMethod: '*', urlPath: '*', resourceArn: '*' };
    new CfnSamplingRule(this, 'Sampling', {
      samplingRule: {
        // A rule has to have a name; it may be 32 letters long.
        ruleName: `Bazaar-${this.stage}`,
        serviceName: `Bazaar-${this.stage}-*`,
        priority: 1_000,
        reservoirSize: perSecond,
        fixedRate: share,
        version: 1,
        ...any,
      },
    });
  }
}
