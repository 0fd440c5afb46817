/** An error that the runtime itself reports; its name is the `errorType` of the answer. */
export function runtimeError(name, message, cause) {
  const error = new Error(message, cause ? { cause } : undefined);
  error.name = name;
  // What went wrong stands where the function is, not here.
  if (cause?.stack) error.stack = cause.stack;
  return error;
}

// A handler may throw an error of another realm (node:vm), which is not an instance of this one's Error.
function isError(value) {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** What the caller of the function gets. */
export function toFailure(error) {
  if (!isError(error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: String(error.stack ?? '').split('\n') };
}

/** What the log gets: the error with its own fields. */
export function describeError(error) {
  if (!isError(error)) return toFailure(error);
  const { trace, ...failure } = toFailure(error);
  return { ...failure, ...error, stack: trace };
}
