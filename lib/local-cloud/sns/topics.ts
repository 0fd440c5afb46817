import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { CloudContext } from '../core/service.ts';

export type Protocol = 'sqs' | 'lambda' | 'email' | 'email-json' | 'http' | 'https' | 'sms';

export interface Subscription {
  arn: string;
  topicArn: string;
  protocol: Protocol;
  endpoint: string;
  /** SQS: the message alone, without the envelope of SNS. */
  raw: boolean;
  deadLetterArn?: string;
}

export interface NewSubscription {
  topicArn: string;
  protocol: string;
  endpoint: string;
  raw?: boolean;
  deadLetterArn?: string;
}

export interface Topic {
  name: string;
  arn: string;
  displayName?: string;
  subscriptions: Subscription[];
  /** Whether somebody has replaced the policy that a topic has from the beginning. */
  hasOwnPolicy: boolean;
}

/** Delivered here; the others are accepted, and nothing leaves this machine. */
const DELIVERED: string[] = ['sqs', 'lambda'];
const ACCEPTED = [...DELIVERED, 'email', 'email-json', 'http', 'https', 'sms'];

/** All topics of the account with their subscriptions. */
export class Topics {
  #context: CloudContext;
  #topics = new Map<string, Topic>();

  constructor(context: CloudContext) {
    this.#context = context;
  }

  all(): Topic[] {
    return [...this.#topics.values()];
  }

  /** The same name is the same topic. */
  create(name: string, displayName?: string): Topic {
    if (!/^[\w-]{1,256}$/.test(name)) throw invalidParameter('Topic Name');
    const arn = this.#context.account.arn('sns', name);
    const known = this.#topics.get(arn);
    if (known) return known;
    const topic: Topic = { name, arn, displayName, subscriptions: [], hasOwnPolicy: false };
    this.#topics.set(arn, topic);
    return topic;
  }

  get(arn: string | undefined): Topic {
    if (!arn) throw invalidParameter('TopicArn Reason: no value for required parameter');
    const topic = this.#topics.get(arn);
    if (topic) return topic;
    throw new AwsError('NotFound', 'Topic does not exist', 404);
  }

  /** Subscribing the same endpoint again gives the subscription that is there. */
  subscribe({ topicArn, protocol, endpoint, raw = false, deadLetterArn }: NewSubscription): Subscription {
    const topic = this.get(topicArn);
    if (!ACCEPTED.includes(protocol)) throw invalidParameter(`Does not support this protocol string: ${protocol}`);
    if (!endpoint) throw invalidParameter('Endpoint');
    const known = topic.subscriptions.find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (known) return known;
    const arn = `${topic.arn}:${randomUUID()}`;
    const subscription = { arn, topicArn, protocol: protocol as Protocol, endpoint, raw, deadLetterArn };
    topic.subscriptions.push(subscription);
    if (!DELIVERED.includes(protocol)) {
      this.#context.log.info(`${topic.name}: nothing is sent to ${protocol}:${endpoint} from here`);
    }
    return subscription;
  }

  unsubscribe(subscriptionArn: string): void {
    for (const topic of this.#topics.values()) {
      topic.subscriptions = topic.subscriptions.filter(({ arn }) => arn !== subscriptionArn);
    }
  }
}

export function invalidParameter(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}
