import { executionEntries } from './executions.ts';
import { type Condition, conditionOf, finding } from './finding.ts';
import { readRows } from './rows.ts';
import { type Entry, inOrder, rowEntries, states } from './timeline.ts';

export interface Story {
  stage: string;
  order_id: string;
  status: string;
  reason: string | null;
  condition: Condition;
  /** The same, in words, with what can be done about it. */
  finding: string;
  /** What each service, and the payment provider, has of the order now. */
  states: Record<string, string>;
  /** The oldest first. */
  timeline: Entry[];
  /** What could not be looked at. */
  unseen: string[];
}

/** All that is known of an order, without the person who placed it. Reads only. */
export async function storyOf(stage: string, order_id: string, now = new Date()): Promise<Story> {
  const rows = await readRows(stage, order_id);
  const { status, reason = null } = rows.order;
  const ofSaga = await executionEntries(stage, rows).catch((error: Error) => {
    rows.unseen.push(`saga: ${error.message}`);
    return [];
  });
  return {
    stage,
    order_id,
    status,
    reason,
    condition: conditionOf(rows.order, now),
    finding: finding(rows.order, now),
    states: states(rows),
    timeline: inOrder([...rowEntries(rows), ...ofSaga]),
    unseen: rows.unseen,
  };
}

export function storyText({ finding, reason, states, timeline, unseen }: Story): string {
  const facts = (about: Entry['about'] = {}) =>
    Object.entries(about).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return [
    ...timeline.map(({ at, service, what, about }) =>
      [at, service.padEnd(12), what, facts(about).join(', ')].filter(Boolean).join('  '),
    ),
    '',
    Object.entries(states)
      .map(([service, state]) => `${service}: ${state}`)
      .join('; '),
    ...unseen.map((what) => `not looked at: ${what}`),
    `${finding}${reason ? ` (${reason})` : ''}`,
  ].join('\n');
}
