import type { InputShape } from '../core/input-shape.ts';
import type { WireProtocol } from '../core/service.ts';

const DIMENSIONS: [InputShape] = [{ Name: 'string', Value: 'string' }];
const STATISTIC_VALUES: InputShape = { SampleCount: 'number', Sum: 'number', Minimum: 'number', Maximum: 'number' };

export const CLOUDWATCH_INPUTS: InputShape = {
  Namespace: 'string',
  MetricName: 'string',
  Dimensions: DIMENSIONS,
  MetricData: [
    {
      MetricName: 'string',
      Dimensions: DIMENSIONS,
      Timestamp: 'time',
      Value: 'number',
      Values: ['number'],
      Counts: ['number'],
      StatisticValues: STATISTIC_VALUES,
      Unit: 'string',
      StorageResolution: 'number',
    },
  ],
  MetricDataQueries: [
    {
      Id: 'string',
      Expression: 'string',
      Label: 'string',
      ReturnData: 'boolean',
      Period: 'number',
      MetricStat: {
        Metric: { Namespace: 'string', MetricName: 'string', Dimensions: DIMENSIONS },
        Period: 'number',
        Stat: 'string',
        Unit: 'string',
      },
    },
  ],
  StartTime: 'time',
  EndTime: 'time',
  StartDate: 'time',
  EndDate: 'time',
  Period: 'number',
  Statistic: 'string',
  Statistics: ['string'],
  ExtendedStatistic: 'string',
  ExtendedStatistics: ['string'],
  Unit: 'string',
  ScanBy: 'string',
  MaxDatapoints: 'number',
  MaxRecords: 'number',
  NextToken: 'string',
  AlarmName: 'string',
  AlarmNames: ['string'],
  AlarmNamePrefix: 'string',
  AlarmTypes: ['string'],
  ActionPrefix: 'string',
  HistoryItemType: 'string',
  StateValue: 'string',
  StateReason: 'string',
  StateReasonData: 'string',
  DashboardName: 'string',
  DashboardNamePrefix: 'string',
};

/** CloudWatch once spoke Query only (AWS CLI before 2025); today's SDKs take JSON or CBOR. */
export const CLOUDWATCH_PROTOCOL: WireProtocol = {
  kind: 'json',
  targetPrefix: 'GraniteServiceVersion20100801',
  version: '1.0',
  cbor: true,
  queryCompatible: {
    DashboardNotFoundError: 'ResourceNotFound',
    InvalidParameterValueException: 'InvalidParameterValue',
    MissingRequiredParameterException: 'MissingParameter',
  },
  query: {
    apiVersion: '2010-08-01',
    xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    signingName: 'monitoring',
    output: withXmlMaps,
  },
};

/** The percentiles of GetMetricStatistics are the only map among the outputs; the rest are structures. */
function withXmlMaps(output: Record<string, unknown>): object {
  const { Datapoints } = output as { Datapoints?: { ExtendedStatistics?: object }[] };
  if (!Datapoints) return output;
  const points = Datapoints.map(({ ExtendedStatistics: percentiles, ...point }) => {
    return percentiles ? { ...point, ExtendedStatistics: new Map(Object.entries(percentiles)) } : point;
  });
  return { ...output, Datapoints: points };
}
