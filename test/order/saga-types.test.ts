import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';

// In a process of its own: jest would transform all of the CDK first.
const SCRIPT = `
  import { App, Stack } from 'aws-cdk-lib';
  import { Function } from 'aws-cdk-lib/aws-lambda';
  import { Template } from 'aws-cdk-lib/assertions';
  import { STAGE_CONTEXT } from '#lib/infra/stage.ts';
  import { OrderSaga } from '#stacks/order-saga.ts';

  const STEPS = ['reserveStock', 'releaseStock', 'takePayment', 'refundPayment', 'confirmOrder', 'beginCancelling', 'cancelOrder'];
  function machineOf(context) {
    const stack = new Stack(new App({ context: { ...context, [STAGE_CONTEXT]: 'dev' } }), 'Stack');
    const arn = (step) => 'arn:aws:lambda:us-east-1:000000000000:function:' + step;
    const steps = STEPS.map((step) => [step, Function.fromFunctionArn(stack, step, arn(step))]);
    new OrderSaga(stack, 'Saga', Object.fromEntries(steps));
    const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
    return machine.Properties;
  }
  let refusal;
  try { machineOf({ sagaType: 'slow' }); } catch (error) { refusal = error.message; }
  const machines = [{}, { sagaType: 'express' }, { sagaType: 'standard' }].map(machineOf);
  console.log(JSON.stringify({ machines, refusal }));
`;

describe('the type of the saga', () => {
  test('is Express unless sagaType says Standard, and the rest is the same', async () => {
    const args = ['--input-type=module', '--eval', SCRIPT];
    const child = spawn(process.execPath, args, {
      cwd: join(__dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { machines, refusal } = JSON.parse(await text(child.stdout));
    const [byDefault, express, standard] = machines;

    expect(standard).toEqual({ ...express, StateMachineType: 'STANDARD' });
    expect(byDefault).toEqual(express);
    expect(express.StateMachineType).toBe('EXPRESS');
    expect(refusal).toContain('choose express or standard');
  });
});
