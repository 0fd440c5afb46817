import type { RestRoute } from '../core/service.ts';
import { readJson } from '../core/wire-message.ts';

const PATHS: Record<string, string> = {
  PutTraceSegments: '/TraceSegments',
  PutTelemetryRecords: '/TelemetryRecords',
  GetTraceSummaries: '/TraceSummaries',
  BatchGetTraces: '/Traces',
  GetServiceGraph: '/ServiceGraph',
  GetTraceGraph: '/TraceGraph',
  GetSamplingRules: '/GetSamplingRules',
};

/** How the AWS SDK and CLI reach the actions. */
export const ROUTES: RestRoute[] = Object.entries(PATHS).map(([action, path]) => ({
  method: 'POST',
  path,
  action,
  input: ({ body }) => (body.length > 0 ? readJson(body) : {}),
}));
