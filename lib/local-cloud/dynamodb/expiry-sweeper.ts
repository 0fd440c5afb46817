import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { CloudLog } from '../core/log.ts';
import type { Dispatch } from './dispatcher.ts';
import { outputOf } from './replies.ts';
import type { Attributes, Input } from './shapes.ts';
import type { StreamJournal } from './stream-journal.ts';
import type { TableRegistry, TableState } from './table-registry.ts';

export interface SweeperParts {
  clock: Clock;
  log: CloudLog;
  tables: TableRegistry;
  journal: StreamJournal;
  dispatch: Dispatch;
}

interface Page {
  Items: Attributes[];
  LastEvaluatedKey?: unknown;
}

const PAUSE_MS = 10_000;
// A sweep reads whole tables: with this factor it never takes more than a twentieth of the time.
const PAUSE_PER_SWEEP = 20;
// DynamoDB leaves items alone that expired more than five years ago.
const OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60;
const REMOVED_AT_ONCE = 8;

/**
 * Removes expired items by the cloud's clock, so that moved time expires them. DynamoDB Local's own time to live goes
 * by the wall clock, keeps items that lack the key of an index, and does not say in the stream who removed an item.
 */
export class ExpirySweeper {
  readonly #parts: SweeperParts;
  #last: Promise<number> = Promise.resolve(0);
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#schedule(PAUSE_MS);
  }

  /** Resolves when no sweep is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#last.catch(() => 0);
  }

  /** Removes what has expired by now; resolves to the number of items. */
  sweep(): Promise<number> {
    // One after the other: a second sweep at the same time would announce removals twice.
    this.#last = this.#last.catch(() => 0).then(() => this.#sweepAll());
    return this.#last;
  }

  #schedule(delayMs: number): void {
    if (!this.#stopped) this.#cancel = this.#parts.clock.schedule(delayMs, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.sweep();
    } catch (error) {
      if (!this.#stopped) this.#parts.log.warn(`Expired items were not removed: ${(error as Error).message}`);
    }
    this.#schedule(Math.max(PAUSE_MS, (performance.now() - startedAt) * PAUSE_PER_SWEEP));
  }

  async #sweepAll(): Promise<number> {
    let removed = 0;
    for (const table of this.#parts.tables.all()) {
      if (table.ttlAttribute) removed += await this.#sweepTable(table, table.ttlAttribute);
    }
    return removed;
  }

  async #sweepTable(table: TableState, attribute: string): Promise<number> {
    let removed = 0;
    let from: unknown;
    do {
      const page = await this.#expiredItems(table, attribute, from);
      for (let start = 0; start < page.Items.length && !this.#stopped; start += REMOVED_AT_ONCE) {
        const some = page.Items.slice(start, start + REMOVED_AT_ONCE);
        const results = await Promise.all(some.map((item) => this.#remove(table, attribute, item)));
        removed += results.filter(Boolean).length;
      }
      from = page.LastEvaluatedKey;
    } while (from && !this.#stopped);
    return removed;
  }

  #expiredItems(table: TableState, attribute: string, from: unknown): Promise<Page> {
    const attributes = [...new Set([attribute, ...table.keys])];
    const names = Object.fromEntries(attributes.map((name, index) => [`#a${index}`, name]));
    const now = Math.floor(this.#parts.clock.now() / 1000);
    return this.#call<Page>('Scan', {
      TableName: table.name,
      FilterExpression: '#a0 <= :now AND #a0 > :oldest',
      ProjectionExpression: Object.keys(names).join(', '),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':now': { N: `${now}` }, ':oldest': { N: `${now - OLDEST_SECONDS}` } },
      ...(from ? { ExclusiveStartKey: from } : {}),
    });
  }

  /** Only if the item still expires when it did: it may have been put anew since it was found. */
  async #remove(table: TableState, attribute: string, item: Attributes): Promise<boolean> {
    const key = Object.fromEntries(table.keys.map((name) => [name, item[name] ?? {}]));
    const expiry = item[attribute];
    const takeBack = table.streamArn && this.#parts.journal.expectExpiry(table.streamArn, key, expiry);
    try {
      await this.#call('DeleteItem', {
        TableName: table.name,
        Key: key,
        ConditionExpression: '#ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': attribute },
        ExpressionAttributeValues: { ':ttl': expiry },
      });
      return true;
    } catch (error) {
      if (takeBack) takeBack();
      if (error instanceof AwsError && error.code === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }

  async #call<O>(action: string, input: Input): Promise<O> {
    return outputOf(await this.#parts.dispatch({ action, input })) as O;
  }
}
