import { availableParallelism } from 'node:os';
import type { MetricSink } from '../core/metric.ts';
import type { SamplingDecision, SegmentSink } from '../core/segment.ts';

/** One line (or one `console` call of several lines) that a function or its platform wrote. */
export interface FunctionLogRecord {
  functionName: string;
  logGroup: string;
  logStream: string;
  /** Absent for what is written outside an invocation, such as by module code at a cold start. */
  requestId?: string;
  /** Milliseconds since the epoch on the cloud's clock. */
  timestamp: number;
  message: string;
}

/** Takes the log events of functions: CloudWatch Logs. */
export interface LogSink {
  write(group: string, stream: string, events: { timestamp: number; message: string }[]): void;
}

/** Builds the test of one EventBridge-style pattern; event source mappings filter records with it. */
export type PatternCompiler = (pattern: Record<string, unknown>) => (event: unknown) => boolean;

export interface LambdaOptions {
  /** The directory of the code asset with this key; throws when there is none. */
  resolveAsset(s3Key: string): string;
  /** Where the AWS SDK inside the functions finds the embedded cloud. Asked whenever an environment starts. */
  endpointUrl(): string;
  /** `host:port` of the X-Ray daemon (UDP), when one listens. */
  xrayDaemonAddress?(): string;
  /**
   * Environments of one function without reserved concurrency; further calls wait their turn. By default as many as
   * there are cores, but at least 2 and at most 4: more would start, and not answer sooner.
   */
  maxEnvironments?: number;
  /** Start one environment of each function in the background once everything is created. */
  warm?: boolean;
  logs?: LogSink;
  onLog?(record: FunctionLogRecord): void;
  onMetric?: MetricSink;
  /** Takes the segments of invocations that are traced: X-Ray. */
  onSegment?: SegmentSink;
  /** Decides where the caller has not; without it all invocations with active tracing are traced. */
  sample?: SamplingDecision;
  /** Needed only by event source mappings that have FilterCriteria. */
  compilePattern?: PatternCompiler;
}

export const DEFAULT_MAX_ENVIRONMENTS = Math.min(4, Math.max(2, availableParallelism()));
