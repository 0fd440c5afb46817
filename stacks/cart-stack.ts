import type { Construct } from 'constructs';
import { ProductCreated, ProductUpdated } from '#events/product-events.ts';
import { UserDeleted } from '#events/user-events.ts';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** What customers are about to buy. */
export class CartStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'cart', props);
    this.addTable();

    this.addRoute('GET /api/v1/carts/{user_id}', 'get-cart', { table: ['BatchGetItem', 'GetItem'] });
    this.addRoute('PUT /api/v1/carts/{user_id}/items/{product_id}', 'set-cart-item', {
      table: ['BatchGetItem', 'GetItem', 'PutItem'],
    });
    this.addRoute('DELETE /api/v1/carts/{user_id}/items/{product_id}', 'remove-cart-item', {
      table: ['GetItem', 'PutItem'],
    });
    this.addRoute('DELETE /api/v1/carts/{user_id}', 'clear-cart', { table: ['GetItem', 'PutItem'] });
    this.addRoute('POST /api/v1/carts/{user_id}/checkout', 'check-out-cart', {
      table: ['BatchGetItem', 'GetItem', 'PutItem'],
    });
    this.addHealthRoute();

    this.addSubscription('on-product-changed', [ProductCreated, ProductUpdated], { table: ['PutItem'] });
    this.addSubscription('on-user-deleted', [UserDeleted], { table: ['PutItem'] });
  }
}
