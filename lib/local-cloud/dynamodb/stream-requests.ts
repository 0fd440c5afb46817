import type { Arns } from './arns.ts';
import type { EngineReply } from './engine-client.ts';
import { jsonReply } from './replies.ts';
import type { Input } from './shapes.ts';
import type { StreamJournal, StreamRecord } from './stream-journal.ts';

/** The body to send: stream ARNs and shard iterators (which carry one) in the engine's words. */
export function streamRequest(input: Input, arns: Arns): string {
  return arns.toEngine(JSON.stringify(input));
}

/** `streamArn` is the stream that GetRecords reads; the other actions answer with ARNs only. */
export function streamReply(
  reply: EngineReply,
  streamArn: string | undefined,
  { arns, journal }: { arns: Arns; journal: StreamJournal },
): EngineReply {
  const text = reply.body.toString();
  if (reply.status !== 200 || !streamArn) return jsonReply(arns.fromEngine(text), reply.status);
  const output: { Records: StreamRecord[]; NextShardIterator?: string } = JSON.parse(text);
  return jsonReply({
    ...output,
    ...(output.NextShardIterator && { NextShardIterator: arns.fromEngine(output.NextShardIterator) }),
    Records: output.Records.map((record) => journal.normalise(streamArn, record)),
  });
}
