import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import { DEFAULT_BUS, type EventBus } from './buses.ts';
import { compileEventPattern } from './event-pattern.ts';
import type { EventsState } from './state.ts';

const MANDATORY_EVENT_FIELDS = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];
const BUS_NAME = /^[./\w-]{1,256}$/;

interface ListInput {
  NamePrefix?: string;
  NextToken?: string;
  Limit?: number;
}

interface CreateInput {
  Name: string;
  Description?: string;
}

/** Event buses, and TestEventPattern. */
export function busOperations({ buses }: EventsState): Record<string, AnyOperation> {
  const CreateEventBus: Operation<CreateInput, object> = {
    accepts: { Name: true, Description: true, Tags: 'tags have no effect here' },
    resources: ({ Name }) => [buses.busArn(Name)],
    run({ Name, Description }) {
      if (!BUS_NAME.test(Name ?? '')) throw new AwsError('ValidationException', `Event bus name ${Name} is not valid.`);
      const bus = buses.create(Name, Description);
      return { EventBusArn: bus.arn, Description };
    },
  };

  const DeleteEventBus: Operation<{ Name: string }, object> = {
    accepts: { Name: true },
    resources: ({ Name }) => [buses.busArn(Name)],
    run({ Name }) {
      if (Name === DEFAULT_BUS) throw new AwsError('ValidationException', 'Cannot delete event bus default.');
      if (buses.find(Name)?.rules.size) {
        throw new AwsError('ValidationException', `Cannot delete event bus ${Name} as it has rules.`);
      }
      buses.delete(Name);
      return {};
    },
  };

  const DescribeEventBus: Operation<{ Name?: string }, object> = {
    accepts: { Name: true },
    resources: ({ Name }) => [buses.busArn(Name)],
    run: ({ Name }) => describe(buses.get(Name)),
  };

  const ListEventBuses: Operation<ListInput, object> = {
    accepts: { NamePrefix: true, NextToken: true, Limit: true },
    resources: () => ['*'],
    run({ NamePrefix = '', NextToken, Limit }) {
      const matching = buses.all().filter(({ name }) => name.startsWith(NamePrefix));
      const { items, nextToken } = page(matching, Limit, NextToken);
      return { EventBuses: items.map(describe), NextToken: nextToken };
    },
  };

  const TestEventPattern: Operation<{ EventPattern: string; Event: string }, { Result: boolean }> = {
    accepts: { EventPattern: true, Event: true },
    resources: () => ['*'],
    run({ EventPattern, Event }) {
      const matches = compileEventPattern(EventPattern);
      return { Result: matches(parseEvent(Event)) };
    },
  };

  return { CreateEventBus, DeleteEventBus, DescribeEventBus, ListEventBuses, TestEventPattern };
}

function describe({ name, arn, description, createdAt }: EventBus) {
  const seconds = Math.floor(createdAt / 1000);
  return { Name: name, Arn: arn, Description: description, CreationTime: seconds, LastModifiedTime: seconds };
}

function parseEvent(text: string): object {
  const refuse = (reason: string) => {
    throw new AwsError('ValidationException', `Parameter Event is not valid. Reason: ${reason}`);
  };
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    refuse('it is not valid JSON.');
  }
  if (typeof event !== 'object' || event === null) return refuse('it is not a JSON object.') as never;
  const missing = MANDATORY_EVENT_FIELDS.find((field) => !(field in (event as object)));
  if (missing) refuse(`the field ${missing} is missing.`);
  return event;
}
