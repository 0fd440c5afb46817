import { randomUUID } from 'node:crypto';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { EventEnvelope } from '#events/event.ts';
import { eventually } from '../setup/eventually.ts';

export interface RecordedEvent {
  source: string;
  /** `detail-type` */
  type: string;
  detail: EventEnvelope<unknown>;
}

/** Listens on the shop's bus with a rule and a queue of its own. */
export class EventRecorder {
  readonly #name = `recorder-${randomUUID()}`;
  readonly #bus: EventBridgeClient;
  readonly #sqs: SQSClient;
  readonly #events: RecordedEvent[] = [];
  #busName: string | undefined;
  #queueUrl: string | undefined;

  /** @param endpoint of the embedded cloud */
  constructor(endpoint: string) {
    const credentials = { accessKeyId: 'operator', secretAccessKey: 'any' };
    this.#bus = new EventBridgeClient({ endpoint, region: 'us-east-1', credentials });
    this.#sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials });
  }

  async start(): Promise<void> {
    const { EventBuses = [] } = await this.#bus.send(new ListEventBusesCommand({}));
    const bus = EventBuses.find(({ Name }) => Name !== 'default');
    const [, , , , region, account] = `:${bus?.Arn}`.split(':');
    const queueArn = `arn:aws:sqs:${region}:${account}:${this.#name}`;
    const statement = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Resource: queueArn }] });
    const { QueueUrl } = await this.#sqs.send(
      new CreateQueueCommand({ QueueName: this.#name, Attributes: { Policy, VisibilityTimeout: '600' } }),
    );
    [this.#busName, this.#queueUrl] = [bus?.Name, QueueUrl];
    const EventPattern = JSON.stringify({ source: [{ suffix: '-service' }] });
    await this.#bus.send(new PutRuleCommand({ Name: this.#name, EventBusName: this.#busName, EventPattern }));
    const Targets = [{ Id: 'queue', Arn: queueArn }];
    await this.#bus.send(new PutTargetsCommand({ Rule: this.#name, EventBusName: this.#busName, Targets }));
  }

  /** Resolves to all that was published, as soon as an event of each of these types was. */
  until(types: string[]): Promise<RecordedEvent[]> {
    return eventually(async () => {
      await this.#receive();
      const missing = types.filter((wanted) => !this.#events.some(({ type }) => type === wanted));
      if (missing.length > 0) throw new Error(`Nobody has published ${[...new Set(missing)].join(', ')}.`);
      return this.#events;
    });
  }

  async #receive(): Promise<void> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl: this.#queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    // They stay in the queue, unseen for its visibility timeout: longer than anybody records.
    this.#events.push(...Messages.map(eventIn));
  }

  async stop(): Promise<void> {
    const rule = { EventBusName: this.#busName };
    await this.#bus.send(new RemoveTargetsCommand({ ...rule, Rule: this.#name, Ids: ['queue'] }));
    await this.#bus.send(new DeleteRuleCommand({ ...rule, Name: this.#name }));
    await this.#sqs.send(new DeleteQueueCommand({ QueueUrl: this.#queueUrl }));
    this.#bus.destroy();
    this.#sqs.destroy();
  }
}

function eventIn({ Body = '' }: Message): RecordedEvent {
  const { source, 'detail-type': type, detail } = JSON.parse(Body);
  return { source, type, detail };
}
