import type { Construct } from 'constructs';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** The catalogue. */
export class ProductStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'product', props);
    this.addTable({
      indexes: { 'by-category': ['category', 'created_at'], 'by-catalogue': ['catalogue', 'created_at'] },
    });

    this.addPublicRoute('GET /api/v1/products', 'list-products', { table: ['Query'], cursors: true, v2: true });
    this.addPublicRoute('GET /api/v1/products/{product_id}', 'get-product', { table: ['GetItem'], v2: true });
    this.addRoute('POST /api/v1/products', 'create-product', { table: ['GetItem', 'PutItem'], v2: true });
    this.addRoute('PUT /api/v1/products/{product_id}', 'update-product', { table: ['GetItem', 'PutItem'], v2: true });
    this.addHealthRoute();
  }
}
