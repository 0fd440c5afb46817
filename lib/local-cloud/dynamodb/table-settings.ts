import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import { type Input, required, type Tag } from './shapes.ts';
import type { TableRegistry, TableState } from './table-registry.ts';

type Setting = (input: Input) => object;

interface TimeToLive {
  Enabled?: boolean;
  AttributeName?: string;
}

interface Recovery {
  PointInTimeRecoveryEnabled?: boolean;
  RecoveryPeriodInDays?: number;
}

/**
 * The actions that DynamoDB Local does not know or does wrongly, answered from what the registry keeps: expiry,
 * point-in-time recovery (which recovers nothing here) and tags.
 */
export function createTableSettings(tables: TableRegistry, clock: Clock): Record<string, Setting> {
  const table = (input: Input) => tables.get(required(input, 'TableName'));
  const backedUp = (input: Input) => tables.get(required(input, 'TableName'), 'TableNotFoundException');
  const tagged = (input: Input) => tables.get(required(input, 'ResourceArn'));

  return {
    DescribeTimeToLive: (input) => ({ TimeToLiveDescription: describeTimeToLive(table(input)) }),
    UpdateTimeToLive(input) {
      const wanted = (input.TimeToLiveSpecification ?? {}) as TimeToLive;
      updateTimeToLive(table(input), wanted);
      return { TimeToLiveSpecification: wanted };
    },
    DescribeContinuousBackups: (input) => ({ ContinuousBackupsDescription: backups(backedUp(input), clock) }),
    UpdateContinuousBackups(input) {
      const state = backedUp(input);
      setRecovery(state, (input.PointInTimeRecoverySpecification ?? {}) as Recovery, clock);
      return { ContinuousBackupsDescription: backups(state, clock) };
    },
    TagResource(input) {
      setTags(tagged(input), (input.Tags ?? []) as Tag[]);
      return {};
    },
    UntagResource(input) {
      const state = tagged(input);
      for (const key of (input.TagKeys ?? []) as string[]) state.tags.delete(key);
      return {};
    },
    ListTagsOfResource: (input) => ({ Tags: [...tagged(input).tags].map(([Key, Value]) => ({ Key, Value })) }),
  };
}

export function setTags(state: TableState, tags: Tag[]): void {
  for (const tag of tags) state.tags.set(tag.Key, tag.Value);
}

export function setRecovery(state: TableState, wanted: Recovery, clock: Clock): void {
  const enabled = wanted.PointInTimeRecoveryEnabled ?? false;
  const since = state.recovery.sinceSeconds ?? clock.now() / 1000;
  state.recovery = {
    enabled,
    days: wanted.RecoveryPeriodInDays ?? state.recovery.days,
    sinceSeconds: enabled ? since : undefined,
  };
}

function describeTimeToLive(state: TableState): object {
  if (!state.ttlAttribute) return { TimeToLiveStatus: 'DISABLED' };
  return { TimeToLiveStatus: 'ENABLED', AttributeName: state.ttlAttribute };
}

function updateTimeToLive(state: TableState, wanted: TimeToLive): void {
  if (!wanted.AttributeName) throw new AwsError('ValidationException', 'AttributeName must not be null or empty');
  if (wanted.Enabled && state.ttlAttribute) {
    throw new AwsError('ValidationException', 'TimeToLive is already enabled');
  }
  if (!wanted.Enabled && !state.ttlAttribute) {
    throw new AwsError('ValidationException', 'TimeToLive is already disabled');
  }
  state.ttlAttribute = wanted.Enabled ? wanted.AttributeName : undefined;
}

function backups(state: TableState, clock: Clock): object {
  const { enabled, days, sinceSeconds } = state.recovery;
  const times = { EarliestRestorableDateTime: sinceSeconds, LatestRestorableDateTime: clock.now() / 1000 };
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: enabled
      ? { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: days, ...times }
      : { PointInTimeRecoveryStatus: 'DISABLED' },
  };
}
