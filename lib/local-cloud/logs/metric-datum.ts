/** One entry of `MetricData` in CloudWatch's PutMetricData. */
export interface MetricDatum {
  MetricName: string;
  Dimensions: { Name: string; Value: string }[];
  /** Seconds since the epoch. */
  Timestamp: number;
  Value?: number;
  Values?: number[];
  Unit: string;
  StorageResolution?: number;
}

/** Metrics found in log events, by namespace. */
export interface MetricBatch {
  namespace: string;
  data: MetricDatum[];
}
