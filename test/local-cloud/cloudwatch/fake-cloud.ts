import { afterEach } from '@jest/globals';
import { createCloudWatch } from '#lib/local-cloud/cloudwatch/cloudwatch.ts';
import { Account } from '#lib/local-cloud/core/account.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import { type CallContext, type CloudContext, OPERATOR } from '#lib/local-cloud/core/service.ts';
import { writeJson } from '#lib/local-cloud/core/wire-message.ts';

export const MINUTE_MS = 60_000;
export const TOPIC_ARN = 'arn:aws:sns:us-east-1:000000000000:alarms';

const clocks: Clock[] = [];

afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop();
});

/** CloudWatch that has started, at the beginning of a minute, with a recorder in place of all other services. */
export async function fakeCloudWatch() {
  // biome-ignore lint/suspicious/noExplicitAny: each action has an input of its own
  const calls: { service: string; action: string; input: any; context: CallContext }[] = [];
  const clock = new Clock();
  clocks.push(clock);
  clock.advance(MINUTE_MS - (clock.now() % MINUTE_MS));
  const context: CloudContext = {
    account: new Account(),
    clock,
    log: SILENT,
    api: {
      async call<O>(service: string, action: string, input: object, callContext: CallContext): Promise<O> {
        calls.push({ service, action, input, context: callContext });
        return {} as O;
      },
    },
    iam: {
      authorize() {},
      attachResourcePolicy() {},
      credentialsFor: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '' }),
    },
  };
  const cloudWatch = createCloudWatch(context);
  await cloudWatch.start?.();

  /** Runs an action and answers its output as JSON: times are seconds since the epoch. */
  // biome-ignore lint/suspicious/noExplicitAny: each action has an output of its own
  const run = async (action: string, input: object, caller: CallContext['caller'] = OPERATOR): Promise<any> =>
    JSON.parse(writeJson(await cloudWatch.operations[action]?.run(input, { caller })));
  const create = async (type: string, properties: object, logicalId = 'Alarm') => {
    const resourceType = cloudWatch.resourceTypes.find((known) => known.type === `AWS::CloudWatch::${type}`);
    if (!resourceType) throw new Error(`no resource type ${type}`);
    const generatedName = () => `Shop-${logicalId}`;
    return resourceType.create({ stackName: 'Shop', logicalId, type, properties, metadata: {}, generatedName });
  };
  /** Lets a minute pass, with these values of the metric Shop/Errors in it. */
  const minute = (...values: number[]) => {
    for (const value of values) cloudWatch.put('Shop', 'Errors', {}, value);
    clock.advance(MINUTE_MS);
  };
  const state = (name = 'Shop-Alarm') => cloudWatch.alarmStates()[name];
  return { cloudWatch, clock, calls, run, create, minute, state };
}

/** An alarm on Shop/Errors. */
export const ON_ERRORS = {
  Namespace: 'Shop',
  MetricName: 'Errors',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
};
