import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** Charges and refunds, through a provider that keeps a ledger of its own. */
export class PaymentStack extends ServiceStack {
  readonly #sandboxLedger: Table;

  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'payment', props);
    this.addTable();
    this.#sandboxLedger = new Table(this, 'SandboxLedger', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });

    this.addRoute('GET /api/v1/payments/order/{order_id}', 'get-payment', { table: ['GetItem'] });
    this.addHealthRoute();

    this.#addSagaStep('take-payment');
    this.#addSagaStep('refund-payment');
  }

  #addSagaStep(name: string): void {
    const environment = { SANDBOX_LEDGER_NAME: this.#sandboxLedger.tableName };
    const step = this.addFunction(name, { table: ['GetItem', 'PutItem'], environment });
    this.#sandboxLedger.grant(step, 'dynamodb:UpdateItem');
    this.publishParameter(`${name}-arn`, step.functionArn);
  }
}
