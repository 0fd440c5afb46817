import type { Construct } from 'constructs';
import type { EventContract } from '#events/event.ts';
import { NotificationSent } from '#events/notification-events.ts';
import {
  OrderCancelled,
  OrderCancelling,
  OrderConfirmed,
  OrderCreated,
  OrderNeedsAttention,
  OrderRepairRequested,
  OrderStatusChanged,
} from '#events/order-events.ts';
import { PaymentCompleted, PaymentFailed, PaymentRefunded } from '#events/payment-events.ts';
import { ProductCreated, ProductUpdated } from '#events/product-events.ts';
import { UserDeleted } from '#events/user-events.ts';
import { ServiceStack, type ServiceStackProps, type TableAction } from '#lib/infra/service-stack.ts';

const ORDERS: EventContract[] = [
  OrderCreated,
  OrderConfirmed,
  OrderCancelling,
  OrderCancelled,
  OrderStatusChanged,
  OrderNeedsAttention,
  OrderRepairRequested,
];
const PAYMENTS: EventContract[] = [PaymentCompleted, PaymentFailed, PaymentRefunded];
const PRODUCTS: EventContract[] = [ProductCreated, ProductUpdated];

/** What customers look at, made of what the other services say. `npm run rebuild-view` makes it anew from the archive. */
export class ViewStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'view', props);
    const table = this.addViewTable();
    this.publishParameter('table-name', table.tableName);

    this.addRoute('GET /api/v1/views/customers/{user_id}', 'get-customer-view', {
      table: ['BatchGetItem', 'GetItem', 'Query'],
      cursors: true,
    });
    this.addHealthRoute();

    const order: TableAction[] = ['ConditionCheckItem', 'GetItem', 'PutItem'];
    const erase: TableAction[] = ['DeleteItem', 'GetItem', 'PutItem', 'Query'];
    this.addSubscription('on-order-changed', ORDERS, { table: order });
    this.addSubscription('on-payment-changed', PAYMENTS, { table: ['GetItem', 'PutItem'] });
    this.addSubscription('on-notification-sent', [NotificationSent], { table: ['GetItem', 'PutItem'] });
    this.addSubscription('on-product-changed', PRODUCTS, { table: ['GetItem', 'PutItem'] });
    this.addSubscription('on-user-deleted', [UserDeleted], { table: erase });
    this.addReplaySubscription('on-replayed', [...ORDERS, ...PAYMENTS, NotificationSent, ...PRODUCTS, UserDeleted], {
      table: [...new Set([...order, ...erase])],
    });
  }
}
