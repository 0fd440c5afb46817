import { setTimeout as wait } from 'node:timers/promises';
import { fingerprint } from '#lib/runtime/ids.ts';
import type { ViewRow, ViewTable } from './view-table.ts';

export interface Difference {
  /** Key of the row, without the generation. */
  row: string;
  /** What the generation says that is read; `null`: it has no such row. */
  live: ViewRow['content'] | null;
  rebuilt: ViewRow['content'] | null;
}

interface Pair {
  live: string;
  rebuilt: string;
}

/** Compares all rows of two generations that events are still kept in. */
export async function compareGenerations(table: ViewTable, pair: Pair, settleMs: number) {
  const { rows, suspects } = await scan(table, pair);
  return { rows, differences: await settled(table, { pair, suspects, settleMs }) };
}

/** Keeps no more in memory than the fingerprints of rows whose counterpart has not come by yet. */
async function scan(table: ViewTable, { live, rebuilt }: Pair): Promise<{ rows: number; suspects: ViewRow['key'][] }> {
  const unmatched = new Map<string, { key: ViewRow['key']; print: string }>();
  const suspects: ViewRow['key'][] = [];
  let rows = 0;
  for await (const { generation, key, content } of table.rows([live, rebuilt])) {
    if (generation === rebuilt) rows += 1;
    const [name, print] = [nameOf(key), fingerprint(content)];
    const other = unmatched.get(name);
    if (!other) unmatched.set(name, { key, print });
    else if (unmatched.delete(name) && other.print !== print) suspects.push(key);
  }
  return { rows, suspects: [...suspects, ...[...unmatched.values()].map(({ key }) => key)] };
}

interface Suspicion {
  pair: Pair;
  suspects: ViewRow['key'][];
  settleMs: number;
}

/**
 * Rows may differ because an event has come to one of them and is on its way to the other. They are looked at again
 * until those that still differ have all stayed as they are for so long.
 */
async function settled(table: ViewTable, { pair, suspects, settleMs }: Suspicion): Promise<Difference[]> {
  let [keys, before] = [suspects, ''];
  for (;;) {
    const looks = await Promise.all(keys.map((key) => look(table, pair, key)));
    keys = keys.filter((_, index) => looks[index]);
    const differences = looks.filter((difference) => difference !== undefined);
    const now = fingerprint(differences);
    if (differences.length === 0 || now === before) return differences;
    before = now;
    await wait(settleMs);
  }
}

async function look(table: ViewTable, pair: Pair, key: ViewRow['key']): Promise<Difference | undefined> {
  const [live, rebuilt] = [await table.content(pair.live, key), await table.content(pair.rebuilt, key)];
  return fingerprint(live) === fingerprint(rebuilt) ? undefined : { row: nameOf(key), live, rebuilt };
}

function nameOf({ pk, sk }: ViewRow['key']): string {
  return `${pk} ${sk}`;
}
