import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { type FunctionReference, functionArn, parseFunctionName } from './function-name.ts';
import { chooseVersion, type FunctionVersion, type LambdaFunction, type Target } from './lambda-function.ts';

/** All functions of the account. */
export class FunctionRegistry {
  readonly #account: Account;
  readonly #functions = new Map<string, LambdaFunction>();

  constructor(account: Account) {
    this.#account = account;
  }

  add(fn: LambdaFunction): void {
    if (this.#functions.has(fn.name)) {
      throw new AwsError('ResourceConflictException', `Function already exist: ${fn.name}`, 409, { Type: 'User' });
    }
    this.#functions.set(fn.name, fn);
  }

  all(): LambdaFunction[] {
    return [...this.#functions.values()];
  }

  versions(): FunctionVersion[] {
    return this.all().flatMap((fn) => [...fn.versions.values()]);
  }

  /** The function of a name or ARN, whatever the qualifier; throws `ResourceNotFoundException`. */
  find(functionName: string): LambdaFunction {
    const reference = parseFunctionName(functionName);
    return this.#functions.get(reference.name) ?? this.#notFound(reference);
  }

  /** The version that a call to this name and qualifier runs; throws `ResourceNotFoundException`. */
  resolve(functionName: string, qualifier?: string): Target {
    const reference = parseFunctionName(functionName, qualifier);
    const fn = this.#functions.get(reference.name) ?? this.#notFound(reference);
    const version = chooseVersion(fn, reference.qualifier) ?? this.#notFound(reference);
    return { function: fn, version, qualifier: reference.qualifier, invokedArn: functionArn(this.#account, reference) };
  }

  #notFound(reference: FunctionReference): never {
    const arn = functionArn(this.#account, reference);
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404, { Type: 'User' });
  }
}
