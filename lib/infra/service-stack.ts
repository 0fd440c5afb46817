import { CfnOutput, CfnParameter, type Duration, Lazy, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import {
  HttpApi,
  type HttpMethod,
  HttpRoute,
  HttpRouteKey,
  type HttpRouteProps,
  type IHttpApi,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IMetric, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { EventContract } from '#events/event.ts';
import { CallingAlarm } from './alarms.ts';
import { CircuitTable } from './circuit-table.ts';
import { alarmName, parameterName, pascalCase } from './names.ts';
import { OutboxTable, type OutboxTableProps } from './outbox-table.ts';
import { ownMetric } from './own-metrics.ts';
import type { RunbookSection } from './runbook.ts';
import { SavedQuery } from './saved-query.ts';
import { Schedule } from './schedule.ts';
import { graphs, ServiceDashboard } from './service-dashboard.ts';
import { ServiceFunction } from './service-function.ts';
import { ServiceLevel } from './service-level.ts';
import { ServiceTable } from './service-table.ts';
import { STAGE_CONTEXT, type StageSettings, settingsOfStage } from './stage.ts';
import { Subscription, type SubscriptionProps } from './subscription.ts';

/** DynamoDB actions without their prefix: what a function may do with the table of its service. */
export type TableAction =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem';

export interface FunctionOptions {
  /** What the function does with the service's table; nothing unless named here. */
  table?: TableAction[];
  /** Whether the function serves a list by cursors: then it may read the key that they are signed with. */
  cursors?: boolean;
  environment?: Record<string, string>;
  timeout?: Duration;
}

export interface RouteOptions extends FunctionOptions {
  /** Whether the route is served under `/api/v2` too. */
  v2?: boolean;
  /**
   * Whether services may call the route too, if their role is allowed to: IAM lets nobody else in. `true` for the same
   * path under `/internal/v1`, else the path there.
   */
  internal?: true | `/${string}`;
}

type Listening = Pick<SubscriptionProps, 'events' | 'replayed'>;

export interface ServiceStackProps extends StackProps {
  /** `dev`, `prod`, ... Stages live side by side in one account. */
  stage: string;
  /** Version of the code, shown by the health route. */
  version: string;
  /** What this stack is called beside the service, where a service has more than one. */
  part?: string;
}

/**
 * The stack of one service. A subclass reads as the table of contents of its service: its table, routes,
 * subscriptions and saga steps, each with the file in `functions/<service>/` that serves it.
 */
export abstract class ServiceStack extends Stack {
  readonly stage: string;
  readonly service: string;
  protected readonly settings: StageSettings;
  readonly #version: string;
  readonly #routes: string[] = [];
  readonly #functions: ServiceFunction[] = [];
  /** Rows that the dashboard begins with. */
  readonly #shown: (() => IWidget[])[] = [];
  #cursorKey: Secret | undefined;
  #table: Table | undefined;
  #indexes: string[] = [];
  #api: IHttpApi | undefined;
  #bus: IEventBus | undefined;
  #circuits: CircuitTable | undefined;
  #tokenKeys: IKey[] | undefined;
  #allowedNetworks: CfnParameter | undefined;

  constructor(scope: Construct, service: string, { stage, version, part, ...props }: ServiceStackProps) {
    const name = [service, part].flatMap((word) => (word ? [pascalCase(word)] : [])).join('-');
    const settings = settingsOfStage(stage);
    const terminationProtection = settings.deletionProtection;
    super(scope, `Bazaar-${name}`, { stackName: `Bazaar-${stage}-${name}`, terminationProtection, ...props });
    this.stage = stage;
    this.settings = settings;
    Tags.of(this).add('Service', service);
    this.node.setContext(STAGE_CONTEXT, stage);
    this.service = service;
    this.#version = version;
    const dashboard = [service, ...(part ? [part] : [])].join('-');
    // A dashboard is $3 a month, and a stage to try things in may do without: `-c dashboards=no`.
    if (this.node.tryGetContext('dashboards') === 'no') return;
    new ServiceDashboard(this, 'Dashboard', { name: dashboard, head: () => this.#shown.map((row) => row()) });
  }

  /** The service's own table. What changes in it is relayed to the event bus as events. */
  protected addTable(props: Pick<OutboxTableProps, 'indexes'> = {}): Table {
    const relay = this.addFunction('outbox-relay', { environment: { EVENT_SOURCE: `${this.service}-service` } });
    relay.addEnvironment('BUS_NAME', this.bus.eventBusName);
    this.bus.grantPutEventsTo(relay);
    return this.addTableOf(relay, props);
  }

  /** As {@link addTable}, for what is not to come onto the event bus: the function gets the changes instead. */
  protected addTableOf(relay: ServiceFunction, props: Pick<OutboxTableProps, 'indexes'> = {}): Table {
    const { table, failures } = new OutboxTable(this, 'Outbox', { ...props, relay });
    this.alarmOnMessages(
      'OutboxFailures',
      failures,
      'events of this service could not be published',
      'unpublished-events',
    );
    this.#table = table;
    this.#indexes = Object.keys(props.indexes ?? {});
    return table;
  }

  /** A table for a service that has no events to tell. */
  protected addTableWithoutEvents(): Table {
    this.#table = new ServiceTable(this, 'Table', {});
    return this.#table;
  }

  /** A table whose rows nobody has to hear of: they are made of other services' events. Key `pk` and `sk`. */
  protected addViewTable(): Table {
    this.#table = new ServiceTable(this, 'Table', { sorted: true });
    return this.#table;
  }

  /** A function of `functions/<service>/<name>.ts`, or of `lib/runtime/handlers/` for the shared ones. */
  protected addFunction(name: string, options: FunctionOptions = {}): ServiceFunction {
    const shared = name === 'outbox-relay' || name === 'health';
    const fn = new ServiceFunction(this, {
      service: this.service,
      name,
      bundle: shared ? 'runtime' : undefined,
      timeout: options.timeout,
      environment: options.environment ?? {},
    });
    this.#functions.push(fn);
    if (options.table && this.#table) {
      fn.addEnvironment('TABLE_NAME', this.#table.tableName);
      this.#letUseTable(fn, this.#table, options.table);
    }
    if (options.cursors) {
      fn.addEnvironment('CURSOR_KEY_ARN', this.#cursorSecret.secretArn);
      this.#cursorSecret.grantRead(fn);
    }
    return fn;
  }

  /** `table.grant` would add all indexes, by a wildcard, to whatever a function does. Only queries go to an index. */
  #letUseTable(fn: ServiceFunction, { tableArn }: Table, actions: TableAction[]): void {
    const grant = (resourceArns: string[], granted: TableAction[]) =>
      Grant.addToPrincipal({ grantee: fn, actions: granted.map((action) => `dynamodb:${action}`), resourceArns });
    grant([tableArn], actions);
    const indexArns = this.#indexes.map((index) => `${tableArn}/index/${index}`);
    if (actions.includes('Query') && indexArns.length > 0) grant(indexArns, ['Query']);
  }

  /** A route for callers with a token. @param route such as `GET /api/v1/orders/{order_id}` */
  protected addRoute(route: string, name: string, options: RouteOptions = {}): ServiceFunction {
    return this.letReadTokenKey(this.addPublicRoute(route, name, options));
  }

  protected addPublicRoute(route: string, name: string, options: RouteOptions = {}): ServiceFunction {
    const fn = this.addFunction(name, options);
    const integration = new HttpLambdaIntegration(`${pascalCase(name)}Integration`, fn.live);
    const id = pascalCase(name);
    this.#connectRoute(`${id}Route`, route, { integration });
    if (options.v2) this.#connectRoute(`${id}V2Route`, route.replace('/api/v1/', '/api/v2/'), { integration });
    if (options.internal) {
      const [method, path = ''] = route.split(' ');
      const internalPath = options.internal === true ? path.replace('/api/v1', '') : options.internal;
      const authorizer = new HttpIamAuthorizer();
      this.#connectRoute(`${id}InternalRoute`, `${method} /internal/v1${internalPath}`, { integration, authorizer });
    }
    return fn;
  }

  /** @param route `$default` for whatever has no route */
  #connectRoute(id: string, route: string, how: Pick<HttpRouteProps, 'integration' | 'authorizer'>): void {
    const [method, path = '/'] = route.split(' ');
    const routeKey = route === '$default' ? HttpRouteKey.DEFAULT : HttpRouteKey.with(path, method as HttpMethod);
    new HttpRoute(this, id, { httpApi: this.api, routeKey, ...how });
    this.#routes.push(route);
  }

  /** Lets the function check tokens. */
  protected letReadTokenKey(fn: ServiceFunction): ServiceFunction {
    fn.addEnvironment('TOKEN_ISSUER', this.apiUrl);
    fn.addEnvironment('TOKEN_KEY_ARNS', this.tokenKeys.map(({ keyArn }) => keyArn).join(','));
    for (const key of this.tokenKeys) key.grant(fn, 'kms:GetPublicKey');
    return fn;
  }

  /**
   * For a function that sends requests to places that callers name: the private networks that it may reach, which are
   * none unless the deployment names some, `cdk deploy --parameters AllowedNetworks=10.1.0.0/16,...`.
   */
  protected limitRequestsOf(fn: ServiceFunction): void {
    this.#allowedNetworks ??= new CfnParameter(this, 'AllowedNetworks', {
      default: 'none',
      description: 'Private networks (CIDR blocks, comma-separated) that may be named as places of services',
    });
    fn.addEnvironment('ALLOWED_NETWORKS', this.#allowedNetworks.valueAsString);
  }

  /**
   * For a function that asks other services, by lib/runtime/service-client.ts.
   * @param routes those that it may call, with `*` for parameters: `GET /internal/v1/orders/user/*`
   */
  protected letCallServices(fn: ServiceFunction, routes: string[]): void {
    const resources = routes.map((route) => {
      const [method, path] = route.split(' ');
      return this.api.arnForExecuteApi(method, path, '$default');
    });
    fn.addToRolePolicy(new PolicyStatement({ actions: ['execute-api:Invoke'], resources }));
    fn.addEnvironment('API_URL', this.apiUrl);
    this.letAskRegistry(fn);
    this.letShareCircuits(fn);
    this.limitRequestsOf(fn);
  }

  /** For a function that finds services by lib/runtime/discovery.ts: where the registry lists them. */
  protected letAskRegistry(fn: ServiceFunction): void {
    fn.addEnvironment('REGISTRY_URL', `${this.apiUrl}/api/v1/services`);
  }

  /** For a function with circuit breakers: its environments tell each other which are open. */
  protected letShareCircuits(fn: ServiceFunction): void {
    this.#circuits ??= new CircuitTable(this, 'Circuits');
    fn.addEnvironment('CIRCUIT_TABLE_NAME', this.#circuits.tableName);
    this.#circuits.grant(fn, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem');
  }

  /** `GET /api/v1/<service>/health`, and all that a service has that is listed: its service level and its queries. */
  protected addHealthRoute(): void {
    const environment = { SERVICE_VERSION: this.#version };
    const route = `/api/v1/${this.service}/health`;
    this.addPublicRoute(`GET ${route}`, 'health', { environment });
    this.#register(route);
    this.#addServiceLevel();
    this.#addSavedQueries();
  }

  /**
   * Tells the registry that the service is deployed, where, and in which version: while this parameter is there, it is.
   * Nothing is called, so the stack can be deployed and removed whatever the registry is doing.
   */
  #register(healthRoute: string): void {
    const registration = () => ({
      service_name: this.service,
      version: this.#version,
      url: this.apiUrl,
      health_route: healthRoute,
      routes: this.#routes,
    });
    new StringParameter(this, 'RegistrationParameter', {
      parameterName: parameterName(this.stage, 'services', this.service),
      // Routes may still be added.
      stringValue: Lazy.string({ produce: () => this.toJsonString(registration()) }),
    });
  }

  /** Runs the function for each of these events, through a queue of its own. */
  protected addSubscription(name: string, events: EventContract[], options: FunctionOptions = {}): ServiceFunction {
    return this.#subscribe(name, { events, options }).fn;
  }

  /**
   * Runs the function for each of these events that a replay of the archive brings back to its rule, and never else.
   * Leaves its rule and queues for the command that starts the replay, as parameter `<name>`.
   */
  protected addReplaySubscription(name: string, events: EventContract[], options: FunctionOptions = {}): void {
    const { rule, queue, deadLetters } = this.#subscribe(name, { events, options, replayed: true });
    const ids = { rule_arn: rule.ruleArn, queue_url: queue.queueUrl, dead_letters_url: deadLetters.queueUrl };
    this.publishParameter(name, this.toJsonString(ids));
  }

  #subscribe(name: string, { options, ...listening }: Listening & { options: FunctionOptions }) {
    const fn = this.addFunction(name, options);
    const subscription = new Subscription(this, `${pascalCase(name)}Subscription`, { bus: this.bus, fn, ...listening });
    const { rule, queue, deadLetters } = subscription;
    this.alarmOnMessages(`${pascalCase(name)}DeadLetters`, deadLetters, `${name} failed for good on messages`);
    return { fn, rule, queue, deadLetters };
  }

  /** Runs the function (a queue consumer) again and again, through a queue of its own. */
  protected addSchedule(name: string, every: Duration, options: FunctionOptions = {}): ServiceFunction {
    const fn = this.addFunction(name, options);
    const { deadLetters } = new Schedule(this, `${pascalCase(name)}Schedule`, { every, fn });
    this.alarmOnMessages(`${pascalCase(name)}DeadLetters`, deadLetters, `${name} failed for good`);
    return fn;
  }

  /** Tells people when a dead-letter queue is not empty. */
  protected alarmOnMessages(id: string, queue: IQueue, what: string, runbook: RunbookSection = 'dead-letters'): void {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' });
    new CallingAlarm(this, id, { metric, alarmDescription: `${this.service}: ${what}`, runbook });
  }

  /** Tells people as soon as the functions of the service have counted one of these. */
  protected alarmOnCount(metricName: string, what: string, runbook: RunbookSection): void {
    const metric = ownMetric(this.service, metricName);
    new CallingAlarm(this, metricName, { metric, alarmDescription: `${this.service}: ${what}`, runbook });
  }

  /** Has the dashboard begin with these, in a row. */
  protected show(graph: () => Record<string, IMetric[]>): void {
    this.#shown.push(() => graphs(graph()));
  }

  /** Calls people when requests to the service, and saga steps that it serves, fail too often. */
  #addServiceLevel(): void {
    const { service } = this;
    const failed = ownMetric(service, 'Fault', 'Average');
    new ServiceLevel(this, 'ServiceLevel', { what: service, metric: failed });
    this.show(() => ({
      'Share of requests and steps that failed (0.001 may)': [failed],
      'Requests and steps': [failed.with({ statistic: 'SampleCount' })],
      'Relay: from write to published, ms': [ownMetric(service, 'RelayLag', 'Maximum')],
      'Messages given up': [ownMetric(service, 'DeadLetters')],
    }));
  }

  /** Saved queries over all functions of the stack. */
  #addSavedQueries(): void {
    const logGroups = () => this.#functions.map((fn) => fn.logGroup);
    new SavedQuery(this, 'Failures', {
      name: `${this.service}: failures`,
      query: [
        'fields @timestamp, function, message, outcome, error.message, correlation_id',
        'filter level in ["WARN", "ERROR"]',
        'sort @timestamp desc',
        'limit 200',
      ],
      logGroups,
    });
  }

  /** A deployment of any of these functions, all so far unless said, is rolled back when that alarm goes off. */
  protected rollBackOn(service: string, alarm: string, functions = this.#functions): void {
    for (const fn of functions) fn.rollBackOn(alarmName(this.stage, service, alarm));
  }

  /** Leaves an id for other stacks. */
  protected publishParameter(id: string, stringValue: string): void {
    const name = parameterName(this.stage, this.service, id);
    new StringParameter(this, `${pascalCase(id)}Parameter`, { parameterName: name, stringValue });
  }

  /** An id that another stack has left. */
  protected readParameter(service: string, id: string): string {
    return StringParameter.valueForStringParameter(this, parameterName(this.stage, service, id));
  }

  protected output(id: string, value: string): void {
    new CfnOutput(this, id, { value });
  }

  /** Each service signs the cursors of its lists with a key of its own. */
  get #cursorSecret(): Secret {
    this.#cursorKey ??= new Secret(this, 'CursorKey', {
      description: `${this.service}: signs the cursors of lists`,
      generateSecretString: { passwordLength: 43, excludePunctuation: true },
      // With a new key, clients start their lists again: nothing is lost with it.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return this.#cursorKey;
  }

  protected get bus(): IEventBus {
    this.#bus ??= EventBus.fromEventBusName(this, 'Bus', this.readParameter('platform', 'bus-name'));
    return this.#bus;
  }

  protected get api(): IHttpApi {
    this.#api ??= HttpApi.fromHttpApiAttributes(this, 'Api', { httpApiId: this.readParameter('gateway', 'api-id') });
    return this.#api;
  }

  /** Where the HTTP API is, and who issues tokens. */
  protected get apiUrl(): string {
    return this.readParameter('gateway', 'api-url');
  }

  /**
   * The key that signs tokens, and the one that is accepted beside it while keys change. The user service owns them,
   * the others check tokens with their public halves.
   */
  protected get tokenKeys(): IKey[] {
    this.#tokenKeys ??= [
      Key.fromKeyArn(this, 'TokenKey', this.readParameter('user', 'token-key-arn')),
      Key.fromKeyArn(this, 'StandbyTokenKey', this.readParameter('user', 'standby-token-key-arn')),
    ];
    return this.#tokenKeys;
  }
}
