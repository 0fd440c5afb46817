import { AttributeType, BillingMode, type StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { settingsOf } from './stage.ts';

export interface ServiceTableProps {
  stream?: StreamViewType;
  /** Whether rows have a second key, `sk`, by which those of one `pk` are sorted. */
  sorted?: boolean;
}

/** A table as each service has one: key `pk`; kept in production when its stack goes; can be brought back to any second. */
export class ServiceTable extends Table {
  constructor(scope: Construct, id: string, { stream, sorted = false }: ServiceTableProps) {
    const { removalPolicy, deletionProtection, recoveryPeriodInDays } = settingsOf(scope);
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      ...(sorted && { sortKey: { name: 'sk', type: AttributeType.STRING } }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream,
      timeToLiveAttribute: 'expires_at_seconds',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays },
      encryption: TableEncryption.AWS_MANAGED,
      removalPolicy,
      deletionProtection,
    });
  }
}
