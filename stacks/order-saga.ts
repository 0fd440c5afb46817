import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  Choice,
  Condition,
  DefinitionBody,
  JitterType,
  LogLevel,
  Pass,
  QueryLanguage,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  type TaskStateBase,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { settingsOf } from '#lib/infra/stage.ts';

export interface OrderSagaSteps {
  reserveStock: IFunction;
  releaseStock: IFunction;
  takePayment: IFunction;
  refundPayment: IFunction;
  confirmOrder: IFunction;
  beginCancelling: IFunction;
  cancelOrder: IFunction;
}

/** Longer than a step ever takes, its cold start included. */
const STEP_TIMEOUT = Duration.seconds(10);

/** Three attempts, 1 s and 2 s apart at most: 33 s a step. */
const FORWARD_RETRY = {
  maxAttempts: 2,
  interval: Duration.seconds(1),
  backoffRate: 2,
  jitterStrategy: JitterType.FULL,
};

/** Four attempts, up to 1, 2 and 4 s apart: 47 s a step. An undo has to try harder than what it undoes. */
const UNDO_RETRY = { ...FORWARD_RETRY, maxAttempts: 3 };

/** Three forward steps of 33 s and four of the undo of 47 s make 287 s; an Express workflow may take 300 s. */
const SAGA_TIMEOUT = Duration.seconds(290);

const ANY_ERROR = ['States.ALL'];

/**
 * | step          | undone by       |
 * | ------------- | --------------- |
 * | reserve stock | release stock   |
 * | take payment  | refund payment  |
 * | confirm order | (the last step) |
 *
 * Before anything is undone the order is marked as being cancelled: confirming it is then refused, also in another
 * execution of the same saga. Every step is idempotent by order, and every undo stands that there is nothing to undo,
 * so the whole undo runs whatever failed, in reverse. A confirmation that fails is not undone but left to the
 * dead-man message, which starts the saga again: nobody can tell whether it was written.
 */
export class OrderSaga extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, steps: OrderSagaSteps) {
    super(scope, id);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineType: this.#type(),
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(this.#definition(steps)),
      timeout: SAGA_TIMEOUT,
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', { retention: settingsOf(this).logRetention }),
        level: LogLevel.ERROR,
      },
    });
  }

  /** The definition is the same for both: `-c sagaType=standard` (docs/decisions/0015). */
  #type(): StateMachineType {
    const type = this.node.tryGetContext('sagaType') ?? 'express';
    if (type === 'express') return StateMachineType.EXPRESS;
    if (type === 'standard') return StateMachineType.STANDARD;
    throw new Error(`sagaType is "${type}": choose express or standard.`);
  }

  #definition(steps: OrderSagaSteps) {
    const undo = this.#undo(steps);
    const done = new Succeed(this, 'Done');

    const reserveStock = this.#step('ReserveStock', steps.reserveStock)
      .addRetry({ errors: ANY_ERROR, ...FORWARD_RETRY })
      .addCatch(undo, { errors: ANY_ERROR, assign: { reason: 'inventory_unavailable' } });
    const takePayment = this.#step('TakePayment', steps.takePayment)
      // Asking again does not help where no answer comes: undo at once.
      .addRetry({ errors: ['ProviderTimeout'], maxAttempts: 0 })
      .addRetry({ errors: ANY_ERROR, ...FORWARD_RETRY })
      .addCatch(undo, { errors: ['ProviderTimeout'], assign: { reason: 'payment_timeout' } })
      .addCatch(undo, { errors: ANY_ERROR, assign: { reason: 'payment_unavailable' } });
    const confirmOrder = this.#step('ConfirmOrder', steps.confirmOrder).addRetry({
      errors: ANY_ERROR,
      ...FORWARD_RETRY,
    });

    const confirmed = this.#either('Confirmed?', 'confirmed', done, undo);
    const paid = this.#either('Paid?', 'paid', confirmOrder.next(confirmed), undo);
    const reserved = this.#either('Reserved?', 'reserved', takePayment.next(paid), undo);
    const forward = reserveStock.next(reserved);

    const mustUndo = Condition.jsonata('{% $exists($order.undo_reason) %}');
    const direction = Choice.jsonata(this, 'Forward or undo?').when(mustUndo, undo).otherwise(forward);
    const remember = {
      order: '{% $states.input %}',
      reason: "{% $exists($states.input.undo_reason) ? $states.input.undo_reason : '' %}",
    };
    return Pass.jsonata(this, 'Begin', { assign: remember }).next(direction);
  }

  #undo(steps: OrderSagaSteps) {
    const nothingToUndo = new Succeed(this, 'Nothing to undo');
    const chain = this.#undoStep('RefundPayment', steps.refundPayment)
      .next(this.#undoStep('ReleaseStock', steps.releaseStock))
      .next(this.#undoStep('CancelOrder', steps.cancelOrder));
    const mayUndo = this.#either('May undo?', 'cancelling', chain, nothingToUndo);
    const begin = this.#undoStep('BeginCancelling', steps.beginCancelling);
    begin.next(mayUndo);
    return begin;
  }

  #undoStep(id: string, fn: IFunction): TaskStateBase {
    return this.#step(id, fn).addRetry({ errors: ANY_ERROR, ...UNDO_RETRY });
  }

  /** Calls the step with the order and with why it is being undone, if it is. */
  #step(id: string, fn: IFunction): LambdaInvoke {
    return LambdaInvoke.jsonata(this, id, {
      lambdaFunction: fn,
      payload: TaskInput.fromText("{% $merge([$order, {'reason': $reason}]) %}"),
      outputs: '{% $states.result.Payload %}',
      assign: { reason: '{% $exists($states.result.Payload.reason) ? $states.result.Payload.reason : $reason %}' },
      taskTimeout: Timeout.duration(STEP_TIMEOUT),
      retryOnServiceExceptions: false,
    });
  }

  #either(
    id: string,
    outcome: string,
    then: Parameters<Choice['when']>[1],
    otherwise: Parameters<Choice['otherwise']>[0],
  ) {
    return Choice.jsonata(this, id)
      .when(Condition.jsonata(`{% $states.input.outcome = '${outcome}' %}`), then)
      .otherwise(otherwise);
  }
}
