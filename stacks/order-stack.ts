import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { CartCheckedOut } from '#events/cart-events.ts';
import { InventoryReservationExpired } from '#events/inventory-events.ts';
import { OrderCancelling, OrderCreated, OrderRepairRequested } from '#events/order-events.ts';
import { ProductCreated, ProductUpdated } from '#events/product-events.ts';
import { LimitAlarm } from '#lib/infra/alarms.ts';
import { ConsumedQueue } from '#lib/infra/consumed-queue.ts';
import { alarmName } from '#lib/infra/names.ts';
import { metricOfEach, ownMetric } from '#lib/infra/own-metrics.ts';
import { ServiceFunction } from '#lib/infra/service-function.ts';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';
import { OrderSaga } from './order-saga.ts';

/** The time after which a saga must be over: more than its own timeout. At most 15 minutes, by SQS. */
const SAGA_OVERDUE_AFTER = Duration.seconds(300);

/** Orders, and the saga that brings each to its end. */
export class OrderStack extends ServiceStack {
  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'order', props);
    const table = this.addTable({ indexes: { 'by-user': ['user_id', 'created_at'] } });
    this.publishParameter('table-name', table.tableName);

    this.addRoute('POST /api/v1/orders', 'place-order', { table: ['BatchGetItem', 'GetItem', 'PutItem'], v2: true });
    this.addRoute('GET /api/v1/orders/{order_id}', 'get-order', { table: ['GetItem'], v2: true });
    this.addRoute('GET /api/v1/orders/user/{user_id}', 'list-orders', {
      table: ['Query'],
      cursors: true,
      v2: true,
      internal: true,
    });
    this.addRoute('PUT /api/v1/orders/{order_id}/status', 'set-order-status', {
      table: ['GetItem', 'UpdateItem'],
      v2: true,
    });
    this.addHealthRoute();
    this.show(() => ({
      'Orders placed and confirmed': ['OrdersPlaced', 'OrdersConfirmed'].map((name) => ownMetric(this.service, name)),
      'Orders cancelled, by reason': [metricOfEach('OrdersCancelled', 'Sum', ['reason', 'service'])],
      'From placed to its end: half, and 99 of 100, ms': ['p50', 'p99'].map((percentile) =>
        ownMetric(this.service, 'SagaDuration', percentile),
      ),
    }));

    this.addSubscription('on-product-changed', [ProductCreated, ProductUpdated], { table: ['PutItem'] });
    this.addSubscription('on-cart-checked-out', [CartCheckedOut], { table: ['GetItem', 'PutItem'] });
    const onSagaOverdue = this.addFunction('on-saga-overdue', { table: ['GetItem', 'UpdateItem'] });
    const starters = [
      this.addSubscription('on-order-created', [OrderCreated], { table: ['GetItem'] }),
      this.addSubscription('on-order-cancelling', [OrderCancelling], { table: ['GetItem'] }),
      this.addSubscription('on-repair-requested', [OrderRepairRequested], { table: ['GetItem'] }),
      this.addSubscription('on-reservation-expired', [InventoryReservationExpired], {
        table: ['GetItem', 'UpdateItem'],
      }),
      onSagaOverdue,
    ];
    this.#addSaga(starters, onSagaOverdue);

    const repairOrder = this.addFunction('repair-order', { table: ['GetItem', 'UpdateItem'] });
    this.publishParameter('repair-order-function', repairOrder.live.functionName);
    this.rollBackOn('order', 'saga-failures');
  }

  #addSaga(starters: ServiceFunction[], onSagaOverdue: ServiceFunction): void {
    const saga = new OrderSaga(this, 'Saga', {
      reserveStock: this.#stepOf('inventory', 'reserve-stock'),
      releaseStock: this.#stepOf('inventory', 'release-stock'),
      takePayment: this.#stepOf('payment', 'take-payment'),
      refundPayment: this.#stepOf('payment', 'refund-payment'),
      confirmOrder: this.addFunction('confirm-order', { table: ['GetItem', 'UpdateItem'] }).live,
      beginCancelling: this.addFunction('begin-cancelling-order', { table: ['GetItem', 'UpdateItem'] }).live,
      cancelOrder: this.addFunction('cancel-order', { table: ['GetItem', 'UpdateItem'] }).live,
    });
    this.publishParameter('saga-arn', saga.stateMachine.stateMachineArn);
    this.#alarmOnFailures(saga);
    const { queue, deadLetters } = new ConsumedQueue(this, 'DeadMan', {
      fn: onSagaOverdue,
      deliveryDelay: SAGA_OVERDUE_AFTER,
    });
    for (const starter of starters) {
      starter.addEnvironment('ORDER_SAGA_ARN', saga.stateMachine.stateMachineArn);
      starter.addEnvironment('DEAD_MAN_QUEUE_URL', queue.queueUrl);
      saga.stateMachine.grantStartExecution(starter);
      queue.grantSendMessages(starter);
    }
    const orphaned = 'orders may hang: nobody looks after their sagas';
    this.alarmOnMessages('DeadManDeadLetters', deadLetters, orphaned, 'dead-man-letters');
    const stuck = 'a saga could not be brought to its end';
    this.alarmOnCount('OrdersNeedingAttention', stuck, 'orders-needing-attention');
  }

  /** Calls nobody, because sagas are started again: it stops deployments of whatever has a part in them. */
  #alarmOnFailures({ stateMachine }: OrderSaga): void {
    const period = Duration.minutes(1);
    const usingMetrics = {
      failed: stateMachine.metricFailed({ period }),
      late: stateMachine.metricTimedOut({ period }),
    };
    new LimitAlarm(this, 'SagaFailures', {
      alarmName: alarmName(this.stage, this.service, 'saga-failures'),
      alarmDescription: 'order: sagas end with an error, or in no time',
      metric: new MathExpression({ expression: 'FILL(failed, 0) + FILL(late, 0)', usingMetrics, period }),
      runbook: 'deployment-rolled-back',
    });
  }

  /** A saga step that another service serves. */
  #stepOf(service: string, name: string) {
    return ServiceFunction.liveOf(this, `${service}-${name}`, this.readParameter(service, `${name}-arn`));
  }
}
