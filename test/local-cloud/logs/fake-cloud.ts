import { Account } from '#lib/local-cloud/core/account.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import { type CloudContext, OPERATOR, type ServiceModule } from '#lib/local-cloud/core/service.ts';
import { createLogs } from '#lib/local-cloud/logs/logs.ts';

/** Logs with a recorder in place of all other services. */
export function fakeLogs() {
  // biome-ignore lint/suspicious/noExplicitAny: each action has an input of its own
  const calls: { service: string; action: string; input: any }[] = [];
  const clock = new Clock();
  const context: CloudContext = {
    account: new Account(),
    clock,
    log: SILENT,
    api: {
      async call<O>(service: string, action: string, input: object): Promise<O> {
        calls.push({ service, action, input });
        return {} as O;
      },
    },
    iam: {
      authorize() {},
      attachResourcePolicy() {},
      credentialsFor: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '' }),
    },
  };
  const logs = createLogs(context);
  return { logs, clock, calls, run: runner(logs), create: creator(logs) };
}

function runner(module: ServiceModule) {
  // biome-ignore lint/suspicious/noExplicitAny: each action has an output of its own
  return async (action: string, input: object): Promise<any> =>
    module.operations[action]?.run(input, { caller: OPERATOR });
}

function creator(module: ServiceModule) {
  return async (type: string, properties: object, logicalId = 'Logs') => {
    const resourceType = module.resourceTypes.find((known) => known.type === `AWS::Logs::${type}`);
    if (!resourceType) throw new Error(`no resource type ${type}`);
    const generatedName = () => `Shop-${logicalId}`;
    return resourceType.create({ stackName: 'Shop', logicalId, type, properties, metadata: {}, generatedName });
  };
}
