import { Duration } from 'aws-cdk-lib';
import { ProjectionType } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { OrderConfirmed } from '#events/order-events.ts';
import { ProductCreated } from '#events/product-events.ts';
import { ownMetric } from '#lib/infra/own-metrics.ts';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** How long pieces are held for an order that is neither confirmed nor undone. Its saga has four attempts in that time. */
const RESERVATION_LIFETIME = Duration.minutes(15);

/** With fewer pieces of a product on sale than this, somebody should buy in. */
const LOW_STOCK_THRESHOLD = 5;

const environment = {
  RESERVATION_SECONDS: String(RESERVATION_LIFETIME.toSeconds()),
  LOW_STOCK_THRESHOLD: String(LOW_STOCK_THRESHOLD),
};

/** What is in stock, and what is held for orders. */
export class InventoryStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'inventory', props);
    const table = this.addTable({ indexes: { 'by-due': ['due_bucket', 'due_at', ProjectionType.KEYS_ONLY] } });
    this.publishParameter('table-name', table.tableName);

    this.addRoute('GET /api/v1/inventory/{product_id}', 'get-stock', { table: ['GetItem'] });
    this.addRoute('PUT /api/v1/inventory/{product_id}', 'set-stock', { table: ['GetItem', 'PutItem', 'UpdateItem'] });
    this.addHealthRoute();
    this.show(() => ({ 'Orders refused for want of stock': [ownMetric(this.service, 'StockRefused')] }));

    this.addSubscription('on-product-created', [ProductCreated], { table: ['PutItem'] });
    this.addSubscription('on-order-confirmed', [OrderConfirmed], { table: ['GetItem', 'PutItem', 'UpdateItem'] });
    this.addSchedule('sweep-reservations', Duration.minutes(1), {
      table: ['Query', 'GetItem', 'PutItem'],
      environment,
    });

    this.#addSagaStep('reserve-stock');
    this.#addSagaStep('release-stock');
  }

  #addSagaStep(name: string): void {
    const step = this.addFunction(name, { table: ['GetItem', 'PutItem', 'UpdateItem'], environment });
    this.rollBackOn('order', 'saga-failures', [step]);
    this.publishParameter(`${name}-arn`, step.functionArn);
  }
}
