import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { whereToCall } from '../where-to-call.ts';
import { StreamsClient } from './streams-client.ts';

export interface Place {
  endpoint?: string;
  region?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** What an operator of a stage calls: the account of the usual AWS variables, or the embedded cloud at an address. */
export class Operator {
  readonly stage: string;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly events: EventBridgeClient;
  readonly logs: CloudWatchLogsClient;
  readonly parameters: SSMClient;
  readonly database: DynamoDBClient;
  readonly streams: StreamsClient;

  constructor(stage: string, place: Place = whereToCall()) {
    this.stage = stage;
    this.sqs = new SQSClient(place);
    this.lambda = new LambdaClient(place);
    this.events = new EventBridgeClient(place);
    this.logs = new CloudWatchLogsClient(place);
    this.parameters = new SSMClient(place);
    this.database = new DynamoDBClient(place);
    this.streams = new StreamsClient(place);
  }

  /** Closes the connections. */
  end(): void {
    const { sqs, lambda, events, logs, parameters, database, streams } = this;
    for (const client of [sqs, lambda, events, logs, parameters, database, streams]) client.destroy();
  }
}
