import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { requiredEnv } from '../config.ts';

/** The client that every `*-table.ts` shares; one per execution environment. */
export const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 4 }), {
  marshallOptions: { removeUndefinedValues: true },
});

/** The service's own table. */
export function tableName(): string {
  return requiredEnv('TABLE_NAME');
}

/** Whether a conditional write was refused because the row was not as the condition says. */
export function isConditionFailure(error: unknown): error is ConditionalCheckFailedException {
  return error instanceof ConditionalCheckFailedException;
}

/** The row that made a conditional write fail, when the write asked for it (`ALL_OLD`). */
export function rowOfFailure<Row>(failure: ConditionalCheckFailedException): Row | undefined {
  return failure.Item && (unmarshall(failure.Item) as Row);
}
