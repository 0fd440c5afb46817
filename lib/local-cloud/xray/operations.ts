import { AwsError } from '../core/aws-error.ts';
import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import { readDocument } from './check-document.ts';
import { compileFilter } from './filter-expression.ts';
import type { Sampling } from './sampling.ts';
import { serviceGraph } from './service-graph.ts';
import { rounded, summaryOf, toTrace } from './summary.ts';
import type { TraceStore } from './trace-store.ts';

interface TimeRange {
  StartTime: number;
  EndTime: number;
}

/** GetTraceSummaries answers so many at a time. */
const SUMMARIES_PER_PAGE = 100;
/** BatchGetTraces takes no more. */
const TRACES_PER_CALL = 5;
const LONGEST_RANGE_SECONDS = 6 * 60 * 60;

/** X-Ray knows no resources of its own in policies. */
const resources = () => ['*'];

export function xrayOperations(store: TraceStore, sampling: Sampling): Record<string, AnyOperation> {
  return { ...writing(store), ...reading(store), GetSamplingRules: getSamplingRules(sampling) };
}

function writing(store: TraceStore): Record<string, AnyOperation> {
  const PutTraceSegments: Operation<{ TraceSegmentDocuments: string[] }> = {
    resources,
    accepts: { TraceSegmentDocuments: true },
    requires: ['TraceSegmentDocuments'],
    run({ TraceSegmentDocuments }) {
      const results = TraceSegmentDocuments.map(readDocument);
      for (const result of results) if ('document' in result) store.add(result.document);
      return { UnprocessedTraceSegments: results.flatMap((result) => ('problem' in result ? result.problem : [])) };
    },
  };
  const PutTelemetryRecords: Operation = { resources, run: () => ({}) };
  return { PutTraceSegments, PutTelemetryRecords };
}

function reading(store: TraceStore): Record<string, AnyOperation> {
  const read = (id: string) => toTrace(id, store.read(id));
  const idsWithin = ({ StartTime, EndTime }: TimeRange, texts?: string[]) =>
    store.list({ from: seconds(StartTime), until: seconds(EndTime), texts });

  const GetTraceSummaries: Operation<TimeRange & { FilterExpression?: string; NextToken?: string }> = {
    resources,
    accepts: {
      StartTime: true,
      EndTime: true,
      FilterExpression: true,
      NextToken: true,
      Sampling: 'all that match are answered',
      TimeRangeType: 'a trace is found by the time of any of its segments',
    },
    requires: ['StartTime', 'EndTime'],
    run({ FilterExpression, NextToken, ...range }) {
      checkRange(range);
      const { test, texts } = compileFilter(FilterExpression);
      const ids = idsWithin(range, texts);
      // Without an expression only what is shown has to be read.
      const found = FilterExpression ? ids.filter((id) => test(read(id))) : ids;
      const { items, nextToken } = page(found, SUMMARIES_PER_PAGE, NextToken);
      return {
        TraceSummaries: items.map((id) => summaryOf(read(id))),
        ApproximateTime: seconds(range.EndTime),
        TracesProcessedCount: found.length,
        NextToken: nextToken,
      };
    },
  };

  const BatchGetTraces: Operation<{ TraceIds: string[] }> = {
    resources,
    accepts: { TraceIds: true, NextToken: 'all is answered at once' },
    requires: ['TraceIds'],
    run({ TraceIds }) {
      if (TraceIds.length > TRACES_PER_CALL) {
        throw new AwsError('InvalidRequestException', `TraceIds can contain at most ${TRACES_PER_CALL} ids.`);
      }
      const known = TraceIds.filter((id) => store.read(id).length > 0);
      return {
        Traces: known.map(read).map(({ id, startedAt, endedAt, segments }) => ({
          Id: id,
          Duration: rounded(endedAt - startedAt),
          LimitExceeded: false,
          Segments: segments.map((segment) => ({ Id: segment.id, Document: JSON.stringify(segment) })),
        })),
        UnprocessedTraceIds: TraceIds.filter((id) => !known.includes(id)),
      };
    },
  };

  const GetServiceGraph: Operation<TimeRange> = {
    resources,
    accepts: { StartTime: true, EndTime: true, NextToken: 'all is answered at once' },
    requires: ['StartTime', 'EndTime'],
    run(range) {
      checkRange(range);
      const { StartTime, EndTime } = range;
      return {
        StartTime,
        EndTime,
        Services: serviceGraph(idsWithin(range).map(read)),
        ContainsOldGroupVersions: false,
      };
    },
  };

  const GetTraceGraph: Operation<{ TraceIds: string[] }> = {
    resources,
    accepts: { TraceIds: true, NextToken: 'all is answered at once' },
    requires: ['TraceIds'],
    run: ({ TraceIds }) => ({ Services: serviceGraph(TraceIds.map(read)) }),
  };

  return { GetTraceSummaries, BatchGetTraces, GetServiceGraph, GetTraceGraph };
}

function getSamplingRules(sampling: Sampling): Operation<{ NextToken?: string }> {
  return {
    resources,
    accepts: { NextToken: 'all is answered at once' },
    run: () => ({ SamplingRuleRecords: sampling.rules().map((SamplingRule) => ({ SamplingRule })) }),
  };
}

function checkRange({ StartTime, EndTime }: TimeRange): void {
  const length = seconds(EndTime) - seconds(StartTime);
  if (length >= 0 && length <= LONGEST_RANGE_SECONDS) return;
  const problem = length < 0 ? 'StartTime is after EndTime' : 'the time range cannot be longer than 6 hours';
  throw new AwsError('InvalidRequestException', `Invalid time range: ${problem}.`);
}

/** The CLI sends times as text, SDKs as numbers. */
function seconds(time: number | string): number {
  return typeof time === 'number' ? time : new Date(time).getTime() / 1000;
}
