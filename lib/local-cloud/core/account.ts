/** The one account that the embedded cloud plays. AWS never gives this number to anybody. */
export const ACCOUNT_ID = '000000000000';
export const PARTITION = 'aws';

/** Builds ARNs of one region of the local account. */
export class Account {
  readonly id = ACCOUNT_ID;
  readonly region: string;

  constructor(region = 'us-east-1') {
    this.region = region;
  }

  /** `arn('sqs', 'orders')` is `arn:aws:sqs:us-east-1:000000000000:orders`. */
  arn(service: string, resource: string): string {
    const region = service === 'iam' || service === 's3' ? '' : this.region;
    const account = service === 's3' ? '' : this.id;
    return `arn:${PARTITION}:${service}:${region}:${account}:${resource}`;
  }
}
