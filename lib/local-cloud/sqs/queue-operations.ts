import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import { queueDoesNotExist, sqsError } from './errors.ts';
import { integerParameter } from './integer-parameter.ts';
import type { Queue } from './queue.ts';
import { checkAttributes, type QueueAttributes } from './queue-settings.ts';
import { type QueueInput, queueResource, type SqsState } from './state.ts';

const PURGE_PAUSE_MS = 60_000;
const QUEUES_PER_PAGE = 1000;

interface ListInput {
  MaxResults?: number;
  NextToken?: string;
}

interface ListQueuesInput extends ListInput {
  QueueNamePrefix?: string;
}

interface CreateQueueInput {
  QueueName?: string;
  Attributes?: QueueAttributes;
  tags?: Record<string, string>;
}

/** Finding, creating, emptying and deleting queues. */
export function queueOperations(state: SqsState): Record<string, AnyOperation> {
  const { queues, context } = state;
  const resources = queueResource(state);

  const urlsOf = (list: Queue[], { MaxResults, NextToken }: ListInput) => {
    const limit = integerParameter('MaxResults', MaxResults, [1, 1000]) ?? QUEUES_PER_PAGE;
    const { items, nextToken } = page(list, limit, NextToken);
    return { urls: items.map((queue) => queues.url(queue.name)), nextToken };
  };

  const CreateQueue: Operation<CreateQueueInput, { QueueUrl: string }> = {
    accepts: { QueueName: true, Attributes: true, tags: true },
    resources: ({ QueueName }) => [queues.arn(QueueName ?? '')],
    run({ QueueName = '', Attributes = {}, tags }) {
      return { QueueUrl: queues.url(queues.create({ name: QueueName, attributes: Attributes, tags }).name) };
    },
  };

  const DeleteQueue: Operation<QueueInput, object> = {
    accepts: { QueueUrl: true },
    resources,
    run({ QueueUrl }) {
      queues.delete(queues.get(QueueUrl));
      return {};
    },
  };

  const GetQueueUrl: Operation<{ QueueName?: string; QueueOwnerAWSAccountId?: string }, { QueueUrl: string }> = {
    accepts: { QueueName: true, QueueOwnerAWSAccountId: true },
    resources: ({ QueueName }) => [queues.arn(QueueName ?? '')],
    run({ QueueName, QueueOwnerAWSAccountId = context.account.id }) {
      if (QueueOwnerAWSAccountId !== context.account.id) throw queueDoesNotExist();
      return { QueueUrl: queues.url(queues.get(QueueName).name) };
    },
  };

  const ListQueues: Operation<ListQueuesInput, object> = {
    accepts: { QueueNamePrefix: true, MaxResults: true, NextToken: true },
    resources: () => ['*'],
    run({ QueueNamePrefix = '', ...rest }) {
      const { urls, nextToken } = urlsOf(
        queues.all().filter(({ name }) => name.startsWith(QueueNamePrefix)),
        rest,
      );
      return { QueueUrls: urls, NextToken: nextToken };
    },
  };

  // Its members begin in lower case, unlike those of every other action.
  const ListDeadLetterSourceQueues: Operation<QueueInput & ListInput, object> = {
    accepts: { QueueUrl: true, MaxResults: true, NextToken: true },
    resources,
    run({ QueueUrl, ...rest }) {
      const { urls, nextToken } = urlsOf(queues.sourcesOf(queues.get(QueueUrl)), rest);
      return { queueUrls: urls, NextToken: nextToken };
    },
  };

  const PurgeQueue: Operation<QueueInput, object> = {
    accepts: { QueueUrl: true },
    resources,
    run({ QueueUrl }) {
      const queue = queues.get(QueueUrl);
      if (context.clock.now() - queue.purgedAt < PURGE_PAUSE_MS) {
        throw sqsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        );
      }
      queue.purge();
      return {};
    },
  };

  const SetQueueAttributes: Operation<QueueInput & { Attributes?: QueueAttributes }, object> = {
    accepts: { QueueUrl: true, Attributes: true },
    resources,
    run({ QueueUrl, Attributes = {} }) {
      const queue = queues.get(QueueUrl);
      if ('FifoQueue' in Attributes && Attributes.FifoQueue !== String(queue.settings.fifo)) {
        throw sqsError('InvalidAttributeName', 'Unknown Attribute FifoQueue.');
      }
      queues.configure(queue, checkAttributes(Attributes, queue.settings.fifo));
      return {};
    },
  };

  return {
    CreateQueue,
    DeleteQueue,
    GetQueueUrl,
    ListQueues,
    ListDeadLetterSourceQueues,
    PurgeQueue,
    SetQueueAttributes,
  };
}
