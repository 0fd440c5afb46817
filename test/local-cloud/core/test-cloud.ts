import { Account } from '#lib/local-cloud/core/account.ts';
import { type Api, createApi } from '#lib/local-cloud/core/api.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import { type CloudContext, OPERATOR, type Physical, type ServiceModule } from '#lib/local-cloud/core/service.ts';
import { type Endpoint, startEndpoint } from '#lib/local-cloud/core/wire.ts';
import { createIam, type Iam } from '#lib/local-cloud/iam/iam.ts';

/** The access layer alone: IAM, the API and the endpoint, with the modules that a test registers. */
export interface TestCloud {
  account: Account;
  clock: Clock;
  iam: Iam;
  api: Api;
  context: CloudContext;
  warnings: string[];
  register<M extends ServiceModule>(module: M): M;
  /** Creates a resource as the template loader does. */
  create(type: string, properties: object, logicalId?: string): Promise<Physical>;
  /** Creates a role that Lambda may assume, with one policy of these statements; answers its ARN. */
  createRole(name: string, ...statements: object[]): Promise<string>;
  /** Calls an action as the operator. */
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
  call(service: string, action: string, input?: object): Promise<any>;
  listen(): Promise<Endpoint>;
}

export function createTestCloud(): TestCloud {
  const account = new Account();
  const clock = new Clock();
  const iam = createIam(account, clock);
  const api = createApi(iam);
  const warnings: string[] = [];
  const log = { info() {}, warn: (line: string) => void warnings.push(line) };
  const context: CloudContext = { account, clock, api, iam, log };
  api.register(iam);

  const create = async (type: string, properties: object, logicalId = 'Thing'): Promise<Physical> => {
    const resourceType = api
      .modules()
      .flatMap((module) => module.resourceTypes)
      .find((each) => each.type === type);
    if (!resourceType) throw new Error(`No module has the resource type ${type}.`);
    const generatedName = () => `shop-${logicalId}-ABCDEF`;
    return resourceType.create({ stackName: 'shop', logicalId, type, properties, metadata: {}, generatedName });
  };

  return {
    account,
    clock,
    iam,
    api,
    context,
    warnings,
    register(module) {
      api.register(module);
      return module;
    },
    create,
    async createRole(name, ...statements) {
      const policies = statements.length > 0 ? [{ PolicyName: 'own', PolicyDocument: { Statement: statements } }] : [];
      const properties = {
        RoleName: name,
        AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
        Policies: policies,
      };
      const { attributes } = await create('AWS::IAM::Role', properties, name);
      return String(attributes?.Arn);
    },
    call: (service, action, input = {}) => api.call(service, action, input, { caller: OPERATOR }),
    listen: () => startEndpoint({ api, iam, account, port: 0, log }),
  };
}

/** A trust policy that names one service. */
export function trust(service: string): object {
  return { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }] };
}

/** What an SDK client needs to speak to the endpoint as the operator, or with the given credentials. */
export function clientSettings(endpoint: Endpoint, credentials = { accessKeyId: 'operator', secretAccessKey: 'any' }) {
  return { endpoint: endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 };
}
