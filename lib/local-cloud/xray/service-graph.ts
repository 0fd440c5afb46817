import type { SegmentDocument } from '../core/segment.ts';
import { type Inferred, withParts } from './compile.ts';
import type { Trace } from './summary.ts';

/** How often, how long and how well. */
class Statistics {
  #total = 0;
  #seconds = 0;
  #errors = 0;
  #throttles = 0;
  #faults = 0;

  count({ start_time, end_time = start_time, error, throttle, fault }: SegmentDocument): void {
    this.#total++;
    this.#seconds += end_time - start_time;
    if (fault) this.#faults++;
    else if (throttle) this.#throttles++;
    else if (error) this.#errors++;
  }

  toJson() {
    const [errors, throttles, faults] = [this.#errors, this.#throttles, this.#faults];
    return {
      OkCount: this.#total - errors - throttles - faults,
      ErrorStatistics: { ThrottleCount: throttles, OtherCount: errors, TotalCount: errors + throttles },
      FaultStatistics: { OtherCount: faults, TotalCount: faults },
      TotalCount: this.#total,
      TotalResponseTime: this.#seconds,
    };
  }
}

interface Node {
  ReferenceId: number;
  name: string;
  type: string | undefined;
  isRoot: boolean;
  times: { from: number; until: number };
  statistics: Statistics;
  edges: Map<Node, Statistics>;
}

/** What calls what, of all these traces: as GetServiceGraph answers it. */
export function serviceGraph(traces: Trace[]) {
  const nodes = new Map<string, Node>();
  const nodeOf = ({ name, origin, start_time: from, end_time: until = from }: Inferred): Node => {
    const key = `${origin} ${name}`;
    const known = nodes.get(key);
    const node = known ?? newNode(nodes.size, { name, type: origin, times: { from, until } });
    nodes.set(key, node);
    node.times = { from: Math.min(node.times.from, from), until: Math.max(node.times.until, until) };
    return node;
  };
  for (const { segments } of traces) {
    const owners = new Map(segments.flatMap((segment) => withParts(segment).map(({ id }) => [id, segment])));
    for (const segment of segments) {
      const node = nodeOf(segment);
      node.statistics.count(segment);
      const caller = owners.get(segment.parent_id ?? '');
      if (!caller) node.isRoot = true;
      else edgeTo(nodeOf(caller), node).count(segment);
    }
  }
  return [...nodes.values()].map(serviceOf);
}

function newNode(ReferenceId: number, { name, type, times }: Pick<Node, 'name' | 'type' | 'times'>): Node {
  return { ReferenceId, name, type, isRoot: false, times, statistics: new Statistics(), edges: new Map() };
}

function edgeTo(from: Node, to: Node): Statistics {
  const statistics = from.edges.get(to) ?? new Statistics();
  from.edges.set(to, statistics);
  return statistics;
}

function serviceOf({ ReferenceId, name, type, isRoot, times, statistics, edges }: Node) {
  const [StartTime, EndTime] = [times.from, times.until];
  return {
    ReferenceId,
    Name: name,
    Names: [name],
    Type: type,
    Root: isRoot,
    State: 'active',
    StartTime,
    EndTime,
    Edges: [...edges].map(([to, counted]) => ({
      ReferenceId: to.ReferenceId,
      StartTime,
      EndTime,
      SummaryStatistics: counted.toJson(),
    })),
    SummaryStatistics: statistics.toJson(),
  };
}
