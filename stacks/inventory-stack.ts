import type { Construct } from 'constructs';
import { OrderConfirmed } from '#events/order-events.ts';
import { ProductCreated } from '#events/product-events.ts';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** What is in stock, and what is held for orders. */
export class InventoryStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'inventory', props);
    this.addTable();

    this.addRoute('GET /api/v1/inventory/{product_id}', 'get-stock', { table: ['GetItem'] });
    this.addRoute('PUT /api/v1/inventory/{product_id}', 'set-stock', { table: ['GetItem', 'PutItem', 'UpdateItem'] });
    this.addHealthRoute();

    this.addSubscription('on-product-created', [ProductCreated], { table: ['PutItem'] });
    this.addSubscription('on-order-confirmed', [OrderConfirmed], { table: ['GetItem', 'PutItem', 'UpdateItem'] });

    this.#addSagaStep('reserve-stock');
    this.#addSagaStep('release-stock');
  }

  #addSagaStep(name: string): void {
    const step = this.addFunction(name, { table: ['GetItem', 'PutItem', 'UpdateItem'] });
    this.publishParameter(`${name}-arn`, step.functionArn);
  }
}
