import { currentFunction, requiredEnv } from './config.ts';

/**
 * Counts a failure that the handler answers for itself, which Lambda does not see: a 500, or a message handed back of
 * a batch. By version, so that a deployment can tell that the new one fails (lib/infra/canary.ts). It is written in
 * CloudWatch's embedded metric format by hand: Powertools' would be loaded by every function, for what hardly happens.
 */
export function countHandledFailure(): void {
  const running = currentFunction();
  if (!running) return;
  const { name: FunctionName, version: ExecutedVersion } = running;
  const dimensions = { service: requiredEnv('SERVICE_NAME'), FunctionName, ExecutedVersion };
  const CloudWatchMetrics = [
    {
      Namespace: 'Bazaar',
      Dimensions: [Object.keys(dimensions)],
      Metrics: [{ Name: 'HandledFailures', Unit: 'Count' }],
    },
  ];
  const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...dimensions, HandledFailures: 1 };
  // Not by the console: Lambda would wrap it into another JSON object.
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
