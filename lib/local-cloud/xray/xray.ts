import type { SamplingDecision, SegmentDocument, SegmentSink } from '../core/segment.ts';
import type { CloudContext, ServiceModule } from '../core/service.ts';
import { Daemon } from './daemon.ts';
import { xrayOperations } from './operations.ts';
import { xrayPages } from './pages.ts';
import { ROUTES } from './routes.ts';
import { Sampling } from './sampling.ts';
import { samplingRuleType } from './sampling-rule-resource.ts';
import { type Trace, toTrace } from './summary.ts';
import { TraceStore } from './trace-store.ts';

export interface Xray extends ServiceModule {
  /** For what other services record of themselves. */
  take: SegmentSink;
  sample: SamplingDecision;
  /** For the environments of functions; empty as long as it does not listen. */
  daemonAddress(): string;
  /** All traces that are kept, the youngest first. */
  traces(): Trace[];
}

/**
 * X-Ray: collects what functions send to its daemon, and what the services of this cloud record of themselves as those
 * of AWS do; answers it by its own API, and at the endpoint by `GET /_bazaar/traces` and `/_bazaar/service-map`.
 */
export function createXray({ account, clock, log }: CloudContext): Xray {
  const store = new TraceStore();
  const sampling = new Sampling(clock);
  const take = (document: SegmentDocument) => store.add(document);
  const daemon = new Daemon(log, take);
  return {
    name: 'xray',
    protocol: { kind: 'rest-json', routes: ROUTES },
    operations: xrayOperations(store, sampling),
    resourceTypes: [samplingRuleType(sampling, account)],
    pages: xrayPages(store),
    take,
    sample: (service) => sampling.decide(service),
    daemonAddress: () => daemon.address,
    traces: () => store.list().map((id) => toTrace(id, store.read(id))),
    stop: () => daemon.stop(),
  };
}
