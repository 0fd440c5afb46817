import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  ScanCommand,
  type ScanCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import {
  type Building,
  FIRST_GENERATION,
  GENERATIONS_KEY,
  type Generations,
  generationOf,
  inGeneration,
} from '#functions/view/generation.ts';
import { whereToCall } from '../where-to-call.ts';

/** What nobody reads any more is deleted after this time: requests that are under way still find it. */
const RETIRED_SECONDS = 3_600;
/** Rows that are retired at a time. */
const AT_ONCE = 25;

/** A row without what is only of its generation. */
export interface ViewRow {
  generation: string;
  /** The key, without the generation. */
  key: { pk: string; sk: string };
  /** What the row says. */
  content: Record<string, unknown>;
}

/** The view's table as the operator sees it. */
export class ViewTable {
  readonly #name: string;
  readonly #documents = DynamoDBDocumentClient.from(new DynamoDBClient(whereToCall()));

  constructor(name: string) {
    this.#name = name;
  }

  /** From now on events are kept in this generation too. Resolves to the one that was being built till now. */
  async begin(building: Building): Promise<Building | undefined> {
    const { Attributes } = await this.#documents.send(
      new UpdateCommand({
        TableName: this.#name,
        Key: GENERATIONS_KEY,
        UpdateExpression: 'SET live = if_not_exists(live, :first), building = :building',
        ExpressionAttributeValues: { ':first': FIRST_GENERATION, ':building': building },
        ReturnValues: 'ALL_OLD',
      }),
    );
    return Attributes?.building as Building | undefined;
  }

  async liveGeneration(): Promise<string> {
    return (await this.#generations()).live;
  }

  /** From now on the generation that was being built is read. */
  async switchTo({ generation }: Building): Promise<void> {
    await this.#end(generation, 'SET live = :mine REMOVE building');
  }

  /** From now on nothing more is kept in it. */
  async giveUp({ generation }: Building): Promise<void> {
    await this.#end(generation, 'REMOVE building');
  }

  async #end(generation: string, UpdateExpression: string): Promise<void> {
    try {
      await this.#documents.send(
        new UpdateCommand({
          TableName: this.#name,
          Key: GENERATIONS_KEY,
          UpdateExpression,
          ConditionExpression: 'building.generation = :mine',
          ExpressionAttributeValues: { ':mine': generation },
        }),
      );
    } catch (cause) {
      if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
      throw new Error('another rebuild has taken over', { cause });
    }
  }

  /** Lets the rows of all generations expire that nobody needs, those of rebuilds that were given up included. */
  async retireOthers(): Promise<void> {
    const { live, building } = await this.#generations();
    const expires = Math.floor(Date.now() / 1000) + RETIRED_SECONDS;
    for await (const page of this.#pages({ ProjectionExpression: 'pk, sk, expires_at_seconds' })) {
      const retired = page.filter((row) => {
        const generation = generationOf(row.pk)?.generation;
        const isNeeded = generation === undefined || generation === live || generation === building?.generation;
        return !isNeeded && row.expires_at_seconds === undefined;
      });
      for (let start = 0; start < retired.length; start += AT_ONCE) {
        await Promise.all(retired.slice(start, start + AT_ONCE).map(({ pk, sk }) => this.#expire({ pk, sk }, expires)));
      }
    }
  }

  async #expire(Key: Record<string, string>, atSeconds: number): Promise<void> {
    await this.#documents.send(
      new UpdateCommand({
        TableName: this.#name,
        Key,
        UpdateExpression: 'SET expires_at_seconds = :at',
        ExpressionAttributeValues: { ':at': atSeconds },
      }),
    );
  }

  /** All rows of these generations, in no order. */
  async *rows(generations: string[]): AsyncGenerator<ViewRow> {
    for await (const page of this.#pages({ ConsistentRead: true })) {
      for (const item of page) {
        const row = toViewRow(item);
        if (row && generations.includes(row.generation)) yield row;
      }
    }
  }

  /** What the row of this key says in a generation; `null` if there is none. */
  async content(generation: string, { pk, sk }: ViewRow['key']): Promise<ViewRow['content'] | null> {
    const Key = { pk: inGeneration(generation, pk), sk };
    const { Item } = await this.#documents.send(new GetCommand({ TableName: this.#name, Key, ConsistentRead: true }));
    return (Item && toViewRow(Item as StoredRow)?.content) ?? null;
  }

  async #generations(): Promise<Generations> {
    const { Item } = await this.#documents.send(
      new GetCommand({ TableName: this.#name, Key: GENERATIONS_KEY, ConsistentRead: true }),
    );
    return Item as Generations;
  }

  async *#pages(input: Partial<ScanCommandInput>): AsyncGenerator<StoredRow[]> {
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await this.#documents.send(new ScanCommand({ TableName: this.#name, ...input, ExclusiveStartKey }));
      yield (page.Items ?? []) as StoredRow[];
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }
}

interface StoredRow extends Record<string, unknown> {
  pk: string;
  sk: string;
}

/** How often a row was written, and when it is to go, is not what it says. */
function toViewRow({ pk, sk, revision: _, expires_at_seconds: __, ...content }: StoredRow): ViewRow | undefined {
  const place = generationOf(pk);
  return place && { generation: place.generation, key: { pk: place.key, sk }, content };
}
