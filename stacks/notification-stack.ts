import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { OrderCancelled, OrderConfirmed, OrderStatusChanged } from '#events/order-events.ts';
import { PaymentRefunded } from '#events/payment-events.ts';
import { UserDeleted, UserRegistered, UserUpdated } from '#events/user-events.ts';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/**
 * Messages to users. The context says whom they come from, `-c mailFrom=shop@your.domain`: an address of its own for
 * each stage, because SES has an identity once an account. SES sends when the owner of the address has confirmed it.
 */
export class NotificationStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'notification', props);
    const address = this.node.tryGetContext('mailFrom') ?? `no-reply@${this.stage}.bazaar.example`;
    const sender = new EmailIdentity(this, 'Sender', { identity: Identity.email(address) });
    const table = this.addTable({ indexes: { 'by-user': ['user_id', 'created_at'] } });
    this.publishParameter('table-name', table.tableName);

    this.addRoute('GET /api/v1/notifications', 'list-notifications', { table: ['Query'], cursors: true });
    this.addRoute('GET /api/v1/notifications/preferences', 'get-preferences', { table: ['GetItem'] });
    this.addRoute('PUT /api/v1/notifications/preferences', 'set-preferences', { table: ['UpdateItem'] });
    this.addHealthRoute();

    const users = this.addSubscription('on-user-changed', [UserRegistered, UserUpdated], {
      table: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
    });
    const orders = this.addSubscription('on-order-changed', [OrderConfirmed, OrderCancelled, OrderStatusChanged], {
      table: ['GetItem', 'PutItem', 'DeleteItem'],
    });
    const refunds = this.addSubscription('on-payment-refunded', [PaymentRefunded], {
      table: ['GetItem', 'PutItem', 'DeleteItem'],
    });
    this.addSubscription('on-user-deleted', [UserDeleted], { table: ['DeleteItem', 'PutItem', 'Query'] });
    for (const fn of [users, orders, refunds]) {
      fn.addEnvironment('MAIL_FROM', sender.emailIdentityName);
      sender.grantSendEmail(fn);
    }
  }
}
