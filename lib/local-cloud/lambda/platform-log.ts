import type { FunctionConfiguration } from './function-configuration.ts';

/** What the platform knows of an invocation when it is over. */
export interface InvocationReport {
  requestId: string;
  status: 'success' | 'error' | 'timeout';
  errorType?: string;
  durationMs: number;
  /** Only for the first invocation of an environment. */
  initMs?: number;
  memoryBytes: number;
  trace: string;
  /** ISO 8601. */
  time: string;
}

/** The line before the function's own ones, or undefined when the function does not want it. */
export function startLine(
  { logging }: FunctionConfiguration,
  at: { requestId: string; version: string; time: string },
): string | undefined {
  if (logging.format === 'Text') return `START RequestId: ${at.requestId} Version: ${at.version}`;
  if (logging.systemLevel === 'WARN') return undefined;
  const record = { requestId: at.requestId, version: at.version };
  return JSON.stringify({ time: at.time, type: 'platform.start', record });
}

/** The lines after the function's own ones. */
export function endLines({ logging, ...configuration }: FunctionConfiguration, report: InvocationReport): string[] {
  if (logging.format === 'Text') {
    const lines = [`END RequestId: ${report.requestId}`, textReport(configuration.memoryMb, report)];
    return report.status === 'timeout' ? [timeoutLine(configuration.timeoutSeconds, report), ...lines] : lines;
  }
  if (logging.systemLevel === 'WARN' && report.status === 'success') return [];
  return [jsonReport(configuration.memoryMb, report)];
}

function timeoutLine(timeoutSeconds: number, { time, requestId }: InvocationReport): string {
  return `${time} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
}

function textReport(memoryMb: number, report: InvocationReport): string {
  const fields = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs(report)} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${megabytes(report.memoryBytes)} MB`,
  ];
  if (report.initMs !== undefined) fields.push(`Init Duration: ${report.initMs.toFixed(2)} ms`);
  if (report.status !== 'success') fields.push(`Status: ${report.status}`);
  if (report.errorType) fields.push(`Error Type: ${report.errorType}`);
  const root = /Root=([^;]+)/.exec(report.trace)?.[1];
  if (root && report.trace.includes('Sampled=1')) fields.push(`XRAY TraceId: ${root}`, 'Sampled: true');
  return fields.join('\t');
}

function jsonReport(memoryMb: number, report: InvocationReport): string {
  const metrics = {
    durationMs: Number(report.durationMs.toFixed(3)),
    billedDurationMs: billedMs(report),
    memorySizeMB: memoryMb,
    maxMemoryUsedMB: megabytes(report.memoryBytes),
    ...(report.initMs !== undefined && { initDurationMs: Number(report.initMs.toFixed(3)) }),
  };
  const { requestId, status, errorType } = report;
  return JSON.stringify({
    time: report.time,
    type: 'platform.report',
    record: { requestId, metrics, status, errorType },
  });
}

/** AWS bills the start of an environment as well. */
function billedMs(report: InvocationReport): number {
  return Math.ceil(report.durationMs + (report.initMs ?? 0));
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}
