/** Reads a variable that the function's stack sets. Fails by name: a missing one is a mistake in the stack. */
export function requiredEnv(name: string): string {
  // biome-ignore lint/style/noProcessEnv: this file alone reads the environment
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`The environment variable ${name} is not set: the stack of this function has to set it.`);
  }
  return value;
}

/** What Lambda calls the function, and the version of it that runs; nothing where no Lambda does. */
export function currentFunction(): { name: string; version: string } | undefined {
  // biome-ignore lint/style/noProcessEnv: set by the Lambda runtime, not by a stack
  const { AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_VERSION: version } = process.env;
  return name && version ? { name, version } : undefined;
}

/** Reads a variable that the Lambda runtime sets, or that only some deployments have. */
export function optionalEnv(name: string): string | undefined {
  // biome-ignore lint/style/noProcessEnv: this file alone reads the environment
  return process.env[name] || undefined;
}

/** The trace of the current invocation in X-Ray's form, set anew by the Lambda runtime before each call. */
export function currentTraceHeader(): string | undefined {
  return optionalEnv('_X_AMZN_TRACE_ID');
}

/** What the function is called within its service, such as `place-order`. */
export function functionName(): string {
  return requiredEnv('FUNCTION_NAME');
}

/** Set by Lambda, from the function's own logging configuration. */
export function lowestLogLevel(): string {
  // biome-ignore lint/style/noProcessEnv: set by Lambda
  return process.env.AWS_LAMBDA_LOG_LEVEL ?? 'INFO';
}
