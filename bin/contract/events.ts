import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventContract } from '#events/event.ts';

const root = join(import.meta.dirname, '../..');

/** An event, with what its publisher says of it in the comment above its contract. */
export interface DescribedEvent {
  /** `OrderCreated` */
  name: string;
  /** `order` */
  service: string;
  description: string;
  contract: EventContract;
}

/** The events of all services, in the order of their types and versions. */
export async function allEvents(): Promise<DescribedEvent[]> {
  const files = globSync('events/*-events.ts', { cwd: root });
  const events = await Promise.all(files.map(eventsIn));
  const orderOf = ({ contract: { type, version } }: DescribedEvent) => `${type} ${version}`;
  return events.flat().sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

async function eventsIn(file: string): Promise<DescribedEvent[]> {
  const exported: Record<string, unknown> = await import(join(root, file));
  const source = readFileSync(join(root, file), 'utf8');
  return Object.entries(exported).flatMap(([name, contract]) => {
    if (!isEventContract(contract)) return [];
    const service = contract.source.replace(/-service$/, '');
    return [{ name, service, contract, description: commentAbove(name, source) }];
  });
}

function isEventContract(exported: unknown): exported is EventContract {
  return typeof exported === 'object' && exported !== null && 'type' in exported && 'of' in exported;
}

/** The text of the doc comment that ends right above `export const <name>`. */
function commentAbove(name: string, source: string): string {
  const [before = ''] = source.split(`\nexport const ${name} `);
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/$/.exec(before)?.[1] ?? '';
  return comment.replaceAll(/\s*\n\s*\*\s?/g, ' ').trim();
}
