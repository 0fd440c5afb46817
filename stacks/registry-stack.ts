import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { InstanceRegistered } from '#events/registry-events.ts';
import { ConsumedQueue } from '#lib/infra/consumed-queue.ts';
import { parameterName } from '#lib/infra/names.ts';
import { Schedule } from '#lib/infra/schedule.ts';
import { type RouteOptions, ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** Between two health checks of an instance. Three that fail make it unhealthy, so that is known within half a minute. */
const CHECK_EVERY = Duration.seconds(10);

/** Which services there are, where their instances run, and which of them are healthy. */
export class RegistryStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'registry', props);
    this.addTable({ indexes: { 'by-kind': ['kind', 'sort_name'] } });

    this.addPublicRoute('GET /api/v1/services', 'list-services', { table: ['Query'] });
    this.addRoute('GET /api/v1/services/{service_name}', 'get-service', { table: ['Query'] });
    this.addRoute('GET /api/v1/services/{service_name}/instance', 'pick-instance', { table: ['Query', 'UpdateItem'] });
    const register = this.addRoute('POST /api/v1/services/register', 'register-instance', {
      table: ['GetItem', 'PutItem'],
      // With the service in the path, a policy can say which one a role may register.
      internal: '/services/{service_name}/register',
    });
    this.limitRequestsOf(register);
    const instance = '/api/v1/services/{service_name}/instances/{instance_id}';
    const change = { table: ['GetItem', 'PutItem'], internal: true } satisfies RouteOptions;
    this.addRoute(`POST ${instance}/heartbeat`, 'send-heartbeat', change);
    this.addRoute(`DELETE ${instance}`, 'deregister-instance', change);
    this.addHealthRoute();
    this.#addHealthChecks();
    this.#followDeployments();
  }

  /** Stacks leave a parameter for as long as they are deployed. EventBridge tells of changes as well as it can. */
  #followDeployments(): void {
    const path = parameterName(this.stage, 'services', '').slice(0, -1);
    const fn = this.addFunction('sync-stacks', {
      table: ['GetItem', 'PutItem', 'Query'],
      environment: { STACKS_PATH: path },
    });
    const resources = [this.formatArn({ service: 'ssm', resource: 'parameter', resourceName: path.slice(1) })];
    fn.addToRolePolicy(new PolicyStatement({ actions: ['ssm:GetParametersByPath'], resources }));
    const { queue, deadLetters } = new Schedule(this, 'SyncStacksSchedule', { every: Duration.minutes(1), fn });
    new Rule(this, 'StackChanged', {
      eventPattern: {
        source: ['aws.ssm'],
        detailType: ['Parameter Store Change'],
        detail: { name: [{ prefix: `${path}/` }] },
      },
      // The schedule does the same a minute later.
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters, maxEventAge: Duration.minutes(1) })],
    });
    this.alarmOnMessages('SyncStacksDeadLetters', deadLetters, 'what is deployed could not be registered');
  }

  #addHealthChecks(): void {
    const environment = { CHECK_EVERY_SECONDS: String(CHECK_EVERY.toSeconds()) };
    const check = this.addFunction('check-instances', { table: ['GetItem', 'PutItem'] });
    const planned = this.addSchedule('plan-health-checks', Duration.minutes(1), { table: ['Query'], environment });
    const first = this.addSubscription('on-instance-registered', [InstanceRegistered], {
      table: ['GetItem', 'PutItem'],
      environment,
    });
    const { queue, deadLetters } = new ConsumedQueue(this, 'Checks', { fn: check });
    for (const fn of [planned, first]) {
      fn.addEnvironment('CHECK_QUEUE_URL', queue.queueUrl);
      queue.grantSendMessages(fn);
    }
    for (const fn of [check, first]) this.limitRequestsOf(fn);
    this.alarmOnMessages('ChecksDeadLetters', deadLetters, 'health checks could not be made');
  }
}
