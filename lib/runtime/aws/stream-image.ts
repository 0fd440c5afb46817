import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';

/** A row as a record of a stream shows it, before or after its change. */
export function streamImage<Row>(image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']): Row | undefined {
  return image && (unmarshall(image as Record<string, AttributeValue>) as Row);
}
