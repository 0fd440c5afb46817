import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import { toMs } from './model.ts';
import type { Replay } from './replays.ts';
import type { EventsState } from './state.ts';

interface StartInput {
  ReplayName: string;
  Description?: string;
  /** The archive. */
  EventSourceArn: string;
  EventStartTime: number | string | Date;
  EventEndTime: number | string | Date;
  Destination: { Arn: string; FilterArns?: string[] };
}

interface ListInput {
  NamePrefix?: string;
  State?: string;
  EventSourceArn?: string;
  NextToken?: string;
  Limit?: number;
}

/** Replays of archives. */
export function replayOperations(state: EventsState): Record<string, AnyOperation> {
  const { replays } = state;
  const resources = ({ ReplayName }: { ReplayName: string }) => [replays.arn(ReplayName)];

  const StartReplay: Operation<StartInput, object> = {
    accepts: {
      ReplayName: true,
      Description: true,
      EventSourceArn: true,
      EventStartTime: true,
      EventEndTime: true,
      Destination: { Arn: true, FilterArns: true },
    },
    resources,
    run(input) {
      const replay = startReplay(state, input);
      return { ReplayArn: replay.arn, State: 'STARTING', ReplayStartTime: seconds(replay.startedAt) };
    },
  };

  const DescribeReplay: Operation<{ ReplayName: string }, object> = {
    accepts: { ReplayName: true },
    resources,
    run({ ReplayName }) {
      const replay = replays.get(ReplayName);
      const { arn: ReplayArn, description: Description, destination: Destination } = replay;
      return { ...describe(replay), ReplayArn, Description, Destination };
    },
  };

  const CancelReplay: Operation<{ ReplayName: string }, object> = {
    accepts: { ReplayName: true },
    resources,
    run({ ReplayName }) {
      const replay = replays.get(ReplayName);
      replays.cancel(replay);
      return { ReplayArn: replay.arn, State: replay.state };
    },
  };

  const ListReplays: Operation<ListInput, object> = {
    accepts: { NamePrefix: true, State: true, EventSourceArn: true, NextToken: true, Limit: true },
    resources: () => [replays.arn('*')],
    run({ NamePrefix = '', State, EventSourceArn, NextToken, Limit }) {
      const matching = [...replays.all.values()].filter(
        (replay) =>
          replay.name.startsWith(NamePrefix) &&
          (State === undefined || replay.state === State) &&
          (EventSourceArn === undefined || replay.archive.settings.arn === EventSourceArn),
      );
      const { items, nextToken } = page(matching, Limit, NextToken);
      return { Replays: items.map(describe), NextToken: nextToken };
    },
  };

  return { StartReplay, DescribeReplay, CancelReplay, ListReplays };
}

function startReplay({ replays, buses }: EventsState, input: StartInput): Replay {
  const { ReplayName: name, EventSourceArn, Destination } = input;
  if (!/^[.\w-]{1,64}$/.test(name ?? '')) throw invalid(`Parameter ReplayName is not valid: ${name}`);
  if (replays.all.has(name)) {
    throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
  }
  const archive = [...buses.archives.values()].find(({ settings }) => settings.arn === EventSourceArn);
  if (!archive) {
    throw invalid('Parameter EventSourceArn is not valid. Reason: Specified archive does not exist.');
  }
  if (Destination.Arn !== archive.settings.busArn) {
    throw invalid('Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.');
  }
  const start = toMs(input.EventStartTime);
  const end = toMs(input.EventEndTime);
  if (!(start < end)) {
    throw invalid('Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.');
  }
  return replays.start({ name, description: input.Description, archive, start, end, destination: Destination });
}

function describe(replay: Replay) {
  return {
    ReplayName: replay.name,
    EventSourceArn: replay.archive.settings.arn,
    State: replay.state,
    EventStartTime: seconds(replay.start),
    EventEndTime: seconds(replay.end),
    EventLastReplayedTime: replay.lastEventAt === undefined ? undefined : seconds(replay.lastEventAt),
    ReplayStartTime: seconds(replay.startedAt),
    ReplayEndTime: replay.endedAt === undefined ? undefined : seconds(replay.endedAt),
  };
}

function seconds(ms: number): number {
  return ms / 1000;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
