import { afterEach } from '@jest/globals';
import { Account } from '#lib/local-cloud/core/account.ts';
import { AwsError } from '#lib/local-cloud/core/aws-error.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import { type CallContext, type CloudContext, OPERATOR, type Resource } from '#lib/local-cloud/core/service.ts';
import { createHttpApi, type HttpApiModule } from '#lib/local-cloud/http-api/http-api.ts';

export interface Call {
  service: string;
  action: string;
  // biome-ignore lint/suspicious/noExplicitAny: each action has an input of its own
  input: any;
  context: CallContext;
}

// biome-ignore lint/suspicious/noExplicitAny: a function takes any event and returns anything
export type Handler = (event: any) => unknown;

/** Credentials that belong to a role in these tests. */
export const ROLE_KEY = 'ASIAROLE';
export const ROLE_CREDENTIALS = { accessKeyId: ROLE_KEY, secretAccessKey: 's', sessionToken: 't' };
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/caller';
export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:';

const running: { module: HttpApiModule; clock: Clock }[] = [];

afterEach(async () => {
  for (const { module, clock } of running.splice(0)) {
    await module.stop?.();
    clock.stop();
  }
});

/** Lambda functions are plain functions here, by name; every call is recorded. */
export function fakeCloud(functions: Record<string, Handler> = {}) {
  const calls: Call[] = [];
  const allowedArns: string[] = [];
  const clock = new Clock();
  const context: CloudContext = {
    account: new Account(),
    clock,
    log: SILENT,
    api: {
      async call<O>(service: string, action: string, input: object, callContext: CallContext): Promise<O> {
        const call = { service, action, input, context: callContext } as Call;
        calls.push(call);
        return (service === 'lambda' ? await invoke(functions, call) : {}) as O;
      },
    },
    iam: {
      authorize(caller, action, arn) {
        if (caller.kind === 'operator' || allowedArns.includes(`${action} ${arn}`)) return;
        throw new AwsError('AccessDeniedException', `not authorized to perform: ${action} on resource: ${arn}`);
      },
      attachResourcePolicy() {},
      credentialsFor: () => ROLE_CREDENTIALS,
      credentialsOf: (key) => (key === ROLE_KEY ? ROLE_CREDENTIALS : undefined),
      callerOf: (key) => (key === ROLE_KEY ? { kind: 'role', roleArn: ROLE_ARN } : OPERATOR),
    },
  };
  const invocations = (name: string) => calls.filter(({ input }) => input.FunctionName === `${FUNCTION_ARN}${name}`);
  return { context, clock, calls, allowedArns, invocations };
}

async function invoke(functions: Record<string, Handler>, { input }: Call) {
  const handler = functions[input.FunctionName.replace(FUNCTION_ARN, '')];
  if (!handler) throw new AwsError('ResourceNotFoundException', `Function not found: ${input.FunctionName}`, 404);
  try {
    const result = await handler(JSON.parse(input.Payload.toString()));
    return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(result ?? null)) };
  } catch (error) {
    if (error instanceof AwsError) throw error;
    const payload = { errorType: 'Error', errorMessage: (error as Error).message };
    return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(JSON.stringify(payload)) };
  }
}

export interface ApiTemplate {
  api?: Record<string, unknown>;
  stage?: Record<string, unknown>;
  /** Route key to what differs from an unprotected route to the function `main`. */
  routes: Record<string, Record<string, unknown>>;
  integration?: Record<string, unknown>;
  authorizer?: Record<string, unknown>;
}

type Cloud = ReturnType<typeof fakeCloud>;

/** An API with one integration, as a template would describe it, on a free port. */
export async function startApi(cloud: Cloud, template: ApiTemplate) {
  const module = createHttpApi(cloud.context, { port: 0 });
  running.push({ module, clock: cloud.clock });
  const create = (type: string, logicalId: string, properties: object) =>
    createResource(module, type, { logicalId, properties });
  const api = await create('Api', 'Api', { Name: 'shop', ProtocolType: 'HTTP', ...template.api });
  const ApiId = api.ref;
  const integration = await create('Integration', 'Integration', {
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: `${FUNCTION_ARN}main`,
    PayloadFormatVersion: '2.0',
    ...template.integration,
  });
  const authorizer =
    template.authorizer && (await create('Authorizer', 'Authorizer', { ApiId, ...template.authorizer }));
  for (const [RouteKey, properties] of Object.entries(template.routes)) {
    await create('Route', `Route ${RouteKey}`, {
      ApiId,
      RouteKey,
      Target: `integrations/${integration.ref}`,
      ...(properties.AuthorizationType !== undefined && authorizer && { AuthorizerId: authorizer.ref }),
      ...properties,
    });
  }
  await create('Stage', 'Stage', { ApiId, StageName: '$default', AutoDeploy: true, ...template.stage });
  await module.start?.();
  return { module, apiId: ApiId, url: String(api.attributes?.ApiEndpoint), create };
}

export async function createResource(
  module: HttpApiModule,
  type: string,
  { logicalId, properties }: { logicalId: string; properties: object },
) {
  const resourceType = module.resourceTypes.find((known) => known.type === `AWS::ApiGatewayV2::${type}`);
  if (!resourceType) throw new Error(`no resource type ${type}`);
  const resource: Resource = {
    stackName: 'Shop',
    logicalId,
    type: resourceType.type,
    properties,
    metadata: {},
    generatedName: () => `Shop-${logicalId}`,
  };
  return resourceType.create(resource);
}

export async function answerOf(response: Response) {
  return { status: response.status, body: (await response.json()) as unknown };
}
