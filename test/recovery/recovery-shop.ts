import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { LOCAL_PARAMETERS } from '#bin/start/local-parameters.ts';
import { pascalCase } from '#lib/infra/names.ts';
import { type Cloud, startCloud } from '#lib/local-cloud/cloud.ts';
import type { ApiCall } from '#lib/local-cloud/core/api.ts';
import { OPERATOR } from '#lib/local-cloud/core/service.ts';
import { eventually } from '../setup/eventually.ts';
import { sharedDatabase } from '../setup/shared-database.ts';
import { type Buyer, type Json, Shop } from '../setup/shop.ts';
import { Faults } from './faults.ts';

/** Cold functions on a busy machine: far more than it ever takes. */
export const START_LIMIT_MS = 120_000;

/** Tokens last an hour of the cloud's time; no test begins with older ones than this, ms. */
const TOKENS_BEGUN_WITH_MS = 10 * 60_000;

const CDK_OUT = join(import.meta.dirname, '../../cdk.out');

export interface RecoveryShopOptions {
  stage?: string;
  /** Where the stacks of the stage have been synthesized. */
  assemblyDir?: string;
  /** Those that are hosted, with what they depend on: each more takes part in what happens. All by default. */
  services?: string[];
}

/** The front door and somebody who buys there. */
export interface Visit {
  door: Shop;
  buyer: Buyer;
}

/** A shop in a cloud of its own, whose time and faults the tests make. */
export class RecoveryShop {
  readonly cloud: Cloud;
  readonly faults: Faults;
  readonly #adminPassword = randomUUID();
  #visit: Promise<Visit> | undefined;
  #visitBeganAtMs = 0;

  readonly #stage: string;

  private constructor(cloud: Cloud, stage: string) {
    this.cloud = cloud;
    this.#stage = stage;
    this.faults = new Faults(cloud.api);
  }

  static async start({
    stage = 'dev',
    assemblyDir = CDK_OUT,
    services,
  }: RecoveryShopOptions = {}): Promise<RecoveryShop> {
    const stacks = services?.map((service) => stackOf(stage, service));
    // Two, so that a test can do the same thing twice at a time; each more would take the time of a cold start.
    const ours = { assemblyDir, stacks, parameters: LOCAL_PARAMETERS, apiPort: 0, awsPort: 0, maxEnvironments: 2 };
    const cloud = await startCloud({ ...ours, ...sharedDatabase() });
    const shop = new RecoveryShop(cloud, stage);
    if (!services || services.includes('registry')) await shop.#leaveInstancesUnchecked();
    const admin = { username: 'admin', email: 'admin@example.com', password: shop.#adminPassword };
    await shop.invoke('user/make-admin', admin);
    return shop;
  }

  /** Each minute that a test lets pass would be one in which all services are asked how they are. */
  async #leaveInstancesUnchecked(): Promise<void> {
    for (const schedule of ['PlanHealthChecks', 'SyncStacks'])
      await this.call('events', 'DisableRule', { Name: this.id('registry', `${schedule}Schedule/Rule`) });
  }

  async stop(): Promise<void> {
    await this.cloud.stop();
  }

  /** The front door with a customer: the same at least until the test ends. */
  visit(): Promise<Visit> {
    this.#visit ??= this.#newVisit();
    return this.#visit;
  }

  /** Called between tests: the next one is visited by somebody else when the time has been moved far. */
  endOldVisit(): void {
    if (this.cloud.clock.now() > this.#visitBeganAtMs + TOKENS_BEGUN_WITH_MS) this.#visit = undefined;
  }

  async #newVisit(): Promise<Visit> {
    this.#visitBeganAtMs = this.cloud.clock.now();
    const apiUrl = this.cloud.outputs(stackOf(this.#stage, 'gateway')).ApiUrl ?? '';
    const door = new Shop({ apiUrl, adminPassword: this.#adminPassword });
    // On a busy machine the first call may take longer than the front door waits.
    return { door, buyer: await eventually(() => door.aCustomer()) };
  }

  /** A product that can be ordered: the order service has heard of it. */
  async aProduct(options: { price?: number; stock?: number } = {}): Promise<string> {
    const { door } = await this.visit();
    const productId = await door.aProduct(options);
    await eventually(() => this.row('order', `PRODUCT#${productId}`));
    return productId;
  }

  /** Any action of any service, as the operator. */
  call<Output = Json>(service: string, action: string, input: object): Promise<Output> {
    return this.cloud.api.call<Output>(service, action, input, { caller: OPERATOR });
  }

  /** Physical id of a resource, by service and construct path, such as `order`, `Outbox/Table`. */
  id(service: string, path: string): string {
    return this.cloud.physicalId(stackOf(this.#stage, service), path);
  }

  /** @param fn such as `order/place-order` */
  functionName(fn: string): string {
    const [service = '', name = ''] = fn.split('/');
    return this.id(service, pascalCase(name));
  }

  /** Whether the function made the call, and not one of those that run meanwhile. */
  isBy(fn: string, { context: { caller } }: ApiCall): boolean {
    const [service = '', name = ''] = fn.split('/');
    return caller.kind === 'role' && caller.roleArn.endsWith(`/${this.id(service, `${pascalCase(name)}/ServiceRole`)}`);
  }

  /** Calls a function and waits for its answer; rejects when it throws. */
  async invoke(fn: string, event: unknown): Promise<Json> {
    const input = { FunctionName: `${this.functionName(fn)}:live`, Payload: JSON.stringify(event) };
    const { FunctionError, Payload } = await this.call('lambda', 'Invoke', input);
    const answer = JSON.parse(Buffer.from(Payload).toString());
    if (FunctionError) throw Object.assign(new Error(`${fn}: ${answer.errorMessage}`), { name: answer.errorType });
    return answer;
  }

  /** A row of the service's table, or of another that it has, such as `Circuits`. */
  async row(service: string, pk: string, table = 'Outbox/Table'): Promise<Json> {
    const input = { TableName: this.id(service, table), Key: { pk: { S: pk } }, ConsistentRead: true };
    const { Item } = await this.call('dynamodb', 'GetItem', input);
    return Item && unmarshall(Item);
  }

  /** What the payment provider has done for the order, or undefined. Money has moved only when it says `charged`. */
  async ledger(orderId: string): Promise<Json> {
    return this.row('sandbox', `CHARGE#${orderId}`);
  }

  /** The types of the events that an aggregate has had, such as those of `order`, `ORDER#<id>`. */
  async history(service: string, pk: string): Promise<string[]> {
    const row = await this.row(service, pk);
    return (row?.events ?? []).map(({ event_type }: Json) => event_type);
  }

  /** What the function has logged itself, in JSON. */
  async log(fn: string, filterPattern = '{ $.message = * }'): Promise<Json[]> {
    const [service = '', name = ''] = fn.split('/');
    const logGroupName = this.id(service, `${pascalCase(name)}Logs`);
    const { events } = await this.call('logs', 'FilterLogEvents', { logGroupName, filterPattern });
    return events.map(({ message }: Json) => JSON.parse(message));
  }

  /** How often the subscriber has handled an event to its end. */
  async timesHandled(subscriber: string, eventId: string): Promise<number> {
    return (await this.log(subscriber, `{ $.message = "event handled" && $.event_id = "${eventId}" }`)).length;
  }

  /** How often the subscriber has failed on a message. */
  async timesFailed(subscriber: string, messageId: string): Promise<number> {
    return (await this.log(subscriber, `{ $.message = "message not handled" && $.message_id = "${messageId}" }`))
      .length;
  }

  /** Puts messages into the queue of a subscriber so that it gets them in one batch. Resolves to their ids. */
  async sendTogether(subscriber: string, bodies: string[]): Promise<string[]> {
    const FunctionName = this.functionName(subscriber);
    const { EventSourceMappings } = await this.call('lambda', 'ListEventSourceMappings', { FunctionName });
    const [{ UUID }] = EventSourceMappings;
    await this.call('lambda', 'UpdateEventSourceMapping', { UUID, Enabled: false });
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    const QueueUrl = this.queueOf(subscriber, 'Messages');
    const { Successful } = await this.call('sqs', 'SendMessageBatch', { QueueUrl, Entries });
    await this.call('lambda', 'UpdateEventSourceMapping', { UUID, Enabled: true });
    return Successful.map(({ MessageId }: Json) => MessageId);
  }

  /** Messages that the subscriber has received and that are not deleted. */
  async messagesUnderWay(subscriber: string): Promise<number> {
    const AttributeNames = ['ApproximateNumberOfMessagesNotVisible'];
    const input = { QueueUrl: this.queueOf(subscriber, 'Messages'), AttributeNames };
    const { Attributes } = await this.call('sqs', 'GetQueueAttributes', input);
    return Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  }

  /** The queue that a subscriber consumes, or that of what it failed on for good. */
  queueOf(subscriber: string, queue: 'Messages' | 'DeadLetters'): string {
    const [service = '', name = ''] = subscriber.split('/');
    return this.id(service, `${pascalCase(name)}Subscription/Queue/${queue}`);
  }

  async alarmState(service: string, path: string): Promise<string> {
    const { MetricAlarms } = await this.call('cloudwatch', 'DescribeAlarms', { AlarmNames: [this.id(service, path)] });
    return MetricAlarms[0].StateValue;
  }
}

function stackOf(stage: string, service: string): string {
  return `Bazaar-${stage}-${pascalCase(service)}`;
}
