import { AwsError } from './aws-error.ts';
import { findUnknownProperty } from './property-shape.ts';
import type { AnyOperation, Authorizer, AwsApi, CallContext, ServiceModule } from './service.ts';

/** One call on its way through the API, as an interceptor sees it. */
export interface ApiCall {
  service: string;
  action: string;
  input: object;
  context: CallContext;
}

/** Stands around every call; `next` goes on to IAM and the operation. It may fail, delay or watch the call. */
export type Interceptor = (call: ApiCall, next: () => Promise<unknown>) => Promise<unknown>;

export interface Api extends AwsApi {
  /** Makes the module's actions callable. A second module of the same name is a programming error. */
  register(module: ServiceModule): void;
  modules(): ServiceModule[];
  /** Puts an interceptor around all later calls, inside of those already there; the returned function removes it. */
  use(interceptor: Interceptor): () => void;
  /** Runs `last` inside all interceptors: for requests that are not operations (those a module takes unparsed). */
  intercept(call: ApiCall, last: () => Promise<unknown>): Promise<unknown>;
}

/** The one door to all services: finds the operation, asks IAM for each resource it touches, and runs it. */
export function createApi(iam: Authorizer): Api {
  const modules = new Map<string, ServiceModule>();
  const interceptors = new Set<Interceptor>();

  const intercept = (call: ApiCall, last: () => Promise<unknown>): Promise<unknown> => {
    let next = last;
    for (const interceptor of [...interceptors].reverse()) {
      const inner = next;
      next = () => interceptor(call, inner);
    }
    return next();
  };

  const execute = async (call: ApiCall): Promise<unknown> => {
    const operation = findOperation(modules, call);
    checkInput(operation, call);
    const action = operation.iamAction ?? `${call.service}:${call.action}`;
    const keys = operation.conditionKeys?.(call.input);
    for (const resource of operation.resources(call.input)) {
      iam.authorize(call.context.caller, action, resource, keys);
    }
    return operation.run(call.input, call.context);
  };

  return {
    call: async <O>(service: string, action: string, input: object, context: CallContext) => {
      const call = { service, action, input, context };
      return (await intercept(call, () => execute(call))) as O;
    },
    register(module) {
      if (modules.has(module.name)) throw new Error(`The service ${module.name} is registered twice.`);
      modules.set(module.name, module);
    },
    modules: () => [...modules.values()],
    use(interceptor) {
      interceptors.add(interceptor);
      return () => interceptors.delete(interceptor);
    },
    intercept,
  };
}

function findOperation(modules: Map<string, ServiceModule>, { service, action }: ApiCall): AnyOperation {
  const module = modules.get(service);
  if (!module) {
    throw new AwsError(
      'UnknownOperationException',
      `The embedded cloud has no service ${service} (called: ${action}).`,
    );
  }
  const operation = Object.hasOwn(module.operations, action) ? module.operations[action] : undefined;
  if (!operation) {
    throw new AwsError('UnknownOperationException', `The embedded cloud does not model ${service}:${action}.`);
  }
  return operation;
}

function checkInput({ accepts, requires = [] }: AnyOperation, { service, action, input }: ApiCall): void {
  const unknown = accepts && findUnknownProperty(input, accepts);
  if (unknown) {
    throw new AwsError('ValidationException', `The embedded cloud does not model ${unknown} of ${service}:${action}.`);
  }
  const missing = requires.find((field) => (input as Record<string, unknown>)[field] === undefined);
  if (!missing) return;
  const member = `${missing.charAt(0).toLowerCase()}${missing.slice(1)}`;
  const problem = `Value null at '${member}' failed to satisfy constraint: Member must not be null`;
  throw new AwsError('ValidationException', `1 validation error detected: ${problem}`);
}
