import { promisedServiceMap } from '#bin/map/service-map.ts';
import { type SeenEdge, seenServiceMap } from '#bin/traces/service-map.ts';
import type { Segment } from '#bin/traces/tree.ts';

/** What no end-to-end test can bring about, or what the traces cannot show. */
const UNSEEN = [
  // Takes a quarter of an hour (test/recovery/inventory.suite.ts).
  'inventory events order',
  // Another company: it is told nothing of our traces.
  'payment calls sandbox',
  'sandbox calls payment',
];

/** Traces that are looked at, at once. */
const PAGE = 300;

/**
 * Compares which service has to do with which, as the traces of this run show it, with what the templates promise.
 * Throws when the traces show what the templates do not know of, and, where all tests have run, the other way round.
 */
export async function mapOfTheSuite(awsUrl: string, { isWhole }: { isWhole: boolean }): Promise<string> {
  const promised = new Set(promisedServiceMap('cdk.out').edges.map(title));
  const seen = new Set<string>();
  const unseen = () => [...promised].filter((edge) => !seen.has(edge) && !UNSEEN.includes(edge));
  for (let from: number | undefined = 0; from !== undefined && unseen().length > 0; ) {
    const page: Page = await documentsFrom(awsUrl, from);
    for (const edge of seenServiceMap(page.traces)) seen.add(title(edge));
    from = page.next;
  }
  // Where the gateway sends requests is said by live routes, which are rows and not in templates.
  const unpromised = [...seen].filter((edge) => !promised.has(edge) && !edge.startsWith('gateway calls '));
  if (unpromised.length > 0) throw new Error(`The traces show what the templates do not promise: ${unpromised}.`);
  if (isWhole && unseen().length > 0) throw new Error(`The templates promise what no trace shows: ${unseen()}.`);
  const shown = [...promised].filter((edge) => seen.has(edge));
  return `${shown.length} of ${promised.size} edges of the service map are in these traces`;
}

/** To ask whether somebody is well is a call, too. */
function title({ from, to, kind }: { from: string; to: string; kind: SeenEdge['kind'] | 'health' }): string {
  return `${from} ${kind === 'health' ? 'calls' : kind} ${to}`;
}

interface Page {
  traces: { segments: Segment[] }[];
  next?: number;
}

async function documentsFrom(awsUrl: string, from: number): Promise<Page> {
  // What is not more than a request that was answered shows nothing of the map.
  const response = await fetch(`${awsUrl}/_bazaar/trace-documents?from=${from}&limit=${PAGE}&atLeast=4`);
  return (await response.json()) as Page;
}
