import { join } from 'node:path';
import { createCloudFormation } from './cloudformation/cloudformation.ts';
import { type CloudWatchModule, createCloudWatch } from './cloudwatch/cloudwatch.ts';
import { type CodeDeploy, createCodeDeploy } from './codedeploy/codedeploy.ts';
import type { MetricSink } from './core/metric.ts';
import type { CloudContext, ServiceModule } from './core/service.ts';
import { createDynamoDb, type DynamoDb } from './dynamodb/dynamodb.ts';
import { compileEventPattern } from './events/event-pattern.ts';
import { createEvents, type EventsModule } from './events/events.ts';
import { createHttpApi, type HttpApiModule } from './http-api/http-api.ts';
import type { Iam } from './iam/iam.ts';
import { createKms } from './kms/kms.ts';
import { createLambda, type Lambda } from './lambda/lambda.ts';
import { createLogs, type LogsModule } from './logs/logs.ts';
import { createSecretsManager, type SecretsManager } from './secrets-manager/secrets-manager.ts';
import { createSes, type Ses } from './ses/ses.ts';
import { createSns } from './sns/sns.ts';
import { createSqs, type SqsModule } from './sqs/sqs.ts';
import { createSsm, type Ssm } from './ssm/ssm.ts';
import { createStates, type StatesModule } from './states/states.ts';
import { createSts } from './sts/sts.ts';
import type { Deployment } from './template/deployment.ts';
import { createXray, type Xray } from './xray/xray.ts';

/** What the services need to know of the cloud around them. */
export interface ServicesOptions {
  apiPort: number;
  /** The address of the AWS endpoint; asked for once it listens. */
  awsUrl(): string;
  resolveAsset(s3Key: string): string;
  deployment: Deployment;
  dataDir?: string;
  databasePort?: number;
  javaHome?: string;
  jvmOptions?: string[];
  fastStart?: boolean;
  maxEnvironments?: number;
}

export interface Services {
  iam: Iam;
  cloudFormation: ServiceModule;
  ssm: Ssm;
  secretsManager: SecretsManager;
  kms: ServiceModule;
  sts: ServiceModule;
  logs: LogsModule;
  cloudWatch: CloudWatchModule;
  xray: Xray;
  dynamoDb: DynamoDb;
  sqs: SqsModule;
  sns: ServiceModule;
  ses: Ses;
  lambda: Lambda;
  states: StatesModule;
  events: EventsModule;
  httpApi: HttpApiModule;
  codeDeploy: CodeDeploy;
}

/**
 * Makes all services. Their order here is the order in which they start; they stop in reverse, so that whatever
 * causes work stops before whatever does it.
 */
export function createServices(context: CloudContext, iam: Iam, options: ServicesOptions): Services {
  const { awsUrl, deployment, dataDir, resolveAsset } = options;
  const folder = (name: string) => dataDir && join(dataDir, name);
  const logs = createLogs(context);
  const cloudWatch = createCloudWatch(context);
  const onMetric: MetricSink = (namespace, name, dimensions, value, unit) =>
    cloudWatch.put(namespace, name, dimensions, value, unit);

  const xray = createXray(context);
  const onSegment = xray.take;
  const sqs = createSqs(context, { endpointUrl: awsUrl, onMetric });
  const lambda = createLambda(context, {
    resolveAsset,
    endpointUrl: awsUrl,
    logs,
    onMetric,
    onSegment,
    sample: xray.sample,
    xrayDaemonAddress: xray.daemonAddress,
    maxEnvironments: options.maxEnvironments,
    compilePattern: compileEventPattern,
  });
  const dynamoDb = createDynamoDb(context, {
    dataDir: folder('dynamodb'),
    databasePort: options.databasePort,
    javaHome: options.javaHome,
    jvmOptions: options.jvmOptions,
    fastStart: options.fastStart,
    onTableWrite: (streamArn) => lambda.nudge(streamArn),
  });
  cloudWatch.registerGauges(() => sqs.gauges());
  const events = createEvents(context, { onMetric });

  return {
    iam,
    cloudFormation: createCloudFormation(deployment),
    ssm: createSsm(context, { emit: events.emit }),
    secretsManager: createSecretsManager(context, { dataDir: folder('secrets-manager') }),
    kms: createKms(context, { dataDir: folder('kms') }),
    sts: createSts(context),
    logs,
    cloudWatch,
    xray,
    dynamoDb,
    sqs,
    sns: createSns(context),
    ses: createSes(context),
    lambda,
    states: createStates(context, { logs, onMetric, onSegment }),
    events,
    httpApi: createHttpApi(context, { port: options.apiPort }),
    codeDeploy: createCodeDeploy(context),
  };
}
