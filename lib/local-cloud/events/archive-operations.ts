import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation, Operation, PropertyShape } from '../core/service.ts';
import { Archive } from './archive.ts';
import { compileEventPattern } from './event-pattern.ts';
import type { EventsState } from './state.ts';

export interface ArchiveInput {
  ArchiveName: string;
  EventSourceArn: string;
  Description?: string;
  EventPattern?: string;
  RetentionDays?: number;
}

interface ListInput {
  NamePrefix?: string;
  EventSourceArn?: string;
  NextToken?: string;
  Limit?: number;
}

const ARCHIVE_SHAPE: PropertyShape = {
  ArchiveName: true,
  EventSourceArn: true,
  Description: true,
  EventPattern: true,
  RetentionDays: true,
  KmsKeyIdentifier: 'events stay in the memory of this process, unencrypted',
};

/** Archives. */
export function archiveOperations(state: EventsState): Record<string, AnyOperation> {
  const { buses, context } = state;
  const resources = ({ ArchiveName }: { ArchiveName: string }) => [buses.archiveArn(ArchiveName)];

  const describe = (archive: Archive) => {
    const { name, busArn, retentionDays } = archive.settings;
    const { events, bytes } = archive.size(context.clock.now());
    return {
      ArchiveName: name,
      EventSourceArn: busArn,
      State: 'ENABLED',
      RetentionDays: retentionDays,
      SizeBytes: bytes,
      EventCount: events,
      CreationTime: Math.floor(archive.createdAt / 1000),
    };
  };

  const CreateArchive: Operation<ArchiveInput, object> = {
    accepts: ARCHIVE_SHAPE,
    resources,
    run(input) {
      const archive = createArchive(state, input);
      const CreationTime = Math.floor(archive.createdAt / 1000);
      return { ArchiveArn: archive.settings.arn, State: 'ENABLED', CreationTime };
    },
  };

  const DescribeArchive: Operation<{ ArchiveName: string }, object> = {
    accepts: { ArchiveName: true },
    resources,
    run({ ArchiveName }) {
      const archive = findArchive(state, ArchiveName);
      const { arn, description, eventPattern } = archive.settings;
      return { ArchiveArn: arn, Description: description, EventPattern: eventPattern, ...describe(archive) };
    },
  };

  const DeleteArchive: Operation<{ ArchiveName: string }, object> = {
    accepts: { ArchiveName: true },
    resources,
    run({ ArchiveName }) {
      findArchive(state, ArchiveName);
      buses.archives.delete(ArchiveName);
      return {};
    },
  };

  const ListArchives: Operation<ListInput, object> = {
    accepts: { NamePrefix: true, EventSourceArn: true, NextToken: true, Limit: true },
    resources: () => [buses.archiveArn('*')],
    run({ NamePrefix = '', EventSourceArn, NextToken, Limit }) {
      const matching = [...buses.archives.values()].filter(
        ({ settings: { name, busArn } }) =>
          name.startsWith(NamePrefix) && (EventSourceArn === undefined || busArn === EventSourceArn),
      );
      const { items, nextToken } = page(matching, Limit, NextToken);
      return { Archives: items.map(describe), NextToken: nextToken };
    },
  };

  return { CreateArchive, DescribeArchive, DeleteArchive, ListArchives };
}

export function createArchive({ buses, context }: EventsState, input: ArchiveInput): Archive {
  const { ArchiveName: name, EventSourceArn, EventPattern, RetentionDays = 0, Description } = input;
  if (!/^[.\w-]{1,48}$/.test(name ?? '')) {
    throw new AwsError('ValidationException', `Parameter ArchiveName is not valid: ${name}`);
  }
  if (buses.archives.has(name)) {
    throw new AwsError('ResourceAlreadyExistsException', `Archive ${name} already exists.`);
  }
  if (EventPattern) compileEventPattern(EventPattern);
  const settings = {
    name,
    arn: buses.archiveArn(name),
    busArn: buses.get(EventSourceArn).arn,
    description: Description,
    eventPattern: EventPattern,
    retentionDays: RetentionDays,
  };
  const archive = new Archive(settings, context.clock.now());
  buses.archives.set(name, archive);
  return archive;
}

function findArchive({ buses }: EventsState, name: string): Archive {
  const archive = buses.archives.get(name);
  if (archive) return archive;
  throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
}
