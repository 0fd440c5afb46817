export type MetricUnit = 'Count' | 'Bytes' | 'Milliseconds' | 'Seconds' | 'Percent' | 'None';

/** Takes one data point of a metric that an AWS service publishes about itself, such as `AWS/SQS`. */
export type MetricSink = (
  namespace: string,
  name: string,
  dimensions: Record<string, string>,
  value: number,
  unit: MetricUnit,
) => void;

/** The present value of something that is measured, not counted: how many messages wait in a queue right now. */
export interface Gauge {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  value: number;
  unit: MetricUnit;
}
