import * as z from 'zod/mini';
import { type Cause, type EventContract, EventMetadata } from '#events/event.ts';
import { currentTraceparent } from '../trace.ts';
import { idsIn } from '../tracing/document.ts';
import { annotate } from '../tracing/traced.ts';
import { note } from '../work.ts';
import { queueConsumer } from './queue-consumer.ts';

/** An event as its subscriber sees it: checked against the publisher's contract. */
export interface ReceivedEvent<Contract extends EventContract> {
  metadata: EventMetadata;
  data: z.infer<Contract['data']>;
  /** To be recorded with whatever this event brings about. */
  cause: Cause;
  /** The replay of the archive that has brought it back, if one has. */
  replayName?: string;
}

export interface Reaction {
  contract: EventContract;
  // biome-ignore lint/suspicious/noExplicitAny: `on` ties the type of the data to its contract
  react(event: ReceivedEvent<any>): Promise<unknown>;
}

/** Ties what to do to the event that it is done on. */
export function on<Contract extends EventContract>(
  contract: Contract,
  react: (event: ReceivedEvent<Contract>) => Promise<unknown>,
): Reaction {
  return { contract, react };
}

const Delivery = z.object({
  'detail-type': z.string(),
  'replay-name': z.optional(z.string()),
  detail: z.object({ metadata: EventMetadata, data: z.unknown() }),
});

/**
 * Makes the Lambda handler of a subscription (bus -> queue -> this). Events arrive at least once and in any order:
 * each reaction has to stand that.
 */
export function subscriber(...reactions: Reaction[]) {
  return queueConsumer(Delivery, {
    handled: 'event handled',
    originOf: ({ detail }) => detail.metadata,
    async consume({ 'detail-type': type, 'replay-name': replayName, detail: { metadata, data } }) {
      note({ event_id: metadata.event_id, event_type: type, replay_name: replayName });
      const reaction = reactions.find(
        ({ contract }) => contract.type === type && contract.version === metadata.version,
      );
      if (!reaction) throw new Error(`There is no reaction to ${type} version ${metadata.version}: check the rule.`);
      const { correlation_id, event_id: causation_id } = metadata;
      annotate({ event_type: type, ...idsIn(data) });
      const cause = { correlation_id, causation_id, traceparent: currentTraceparent() };
      await reaction.react({ metadata, data: reaction.contract.data.parse(data), cause, replayName });
    },
  });
}
