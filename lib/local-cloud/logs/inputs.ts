import type { InputShape } from '../core/input-shape.ts';

export const LOGS_INPUTS: InputShape = {
  logGroupName: 'string',
  logGroupIdentifier: 'string',
  logGroupNamePrefix: 'string',
  logGroupNamePattern: 'string',
  logStreamName: 'string',
  logStreamNames: ['string'],
  logStreamNamePrefix: 'string',
  logEvents: [{ timestamp: 'number', message: 'string' }],
  logEventMessages: ['string'],
  filterPattern: 'string',
  retentionInDays: 'number',
  startTime: 'number',
  endTime: 'number',
  startFromHead: 'boolean',
  orderBy: 'string',
  descending: 'boolean',
  limit: 'number',
  nextToken: 'string',
};
