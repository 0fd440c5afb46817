import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runtimeError } from './runtime-error.mjs';

// The order in which Lambda looks for the file.
const EXTENSIONS = ['', '.js', '.mjs', '.cjs'];

/** Splits `api/index.handler` into the module `api/index` and the export `handler` (which may be a path itself). */
function parse(handlerName) {
  const file = basename(handlerName);
  const dot = file.indexOf('.');
  if (dot < 1 || handlerName.includes('..')) {
    throw runtimeError('Runtime.MalformedHandlerName', `'${handlerName}' is not a valid handler name`);
  }
  return { module: join(dirname(handlerName), file.slice(0, dot)), exportPath: file.slice(dot + 1).split('.') };
}

async function importModule(taskRoot, module) {
  const file = EXTENSIONS.map((extension) => join(taskRoot, `${module}${extension}`)).find(existsSync);
  if (!file) {
    throw runtimeError('Runtime.ImportModuleError', `Error: Cannot find module '${module}' in ${taskRoot}`);
  }
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('Runtime.UserCodeSyntaxError', String(error), error);
    if (error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND') {
      throw runtimeError('Runtime.ImportModuleError', String(error), error);
    }
    throw error;
  }
}

/** Follows the function's `Handler` property to the exported function. */
export async function loadHandler(taskRoot, handlerName, runtime) {
  const { module, exportPath } = parse(handlerName);
  const exported = await importModule(taskRoot, module);
  const find = (root) => exportPath.reduce((value, name) => value?.[name], root);
  const handler = find(exported) ?? find(exported.default);
  if (handler === undefined) {
    throw runtimeError('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw runtimeError('Runtime.HandlerNotFound', `${handlerName} is not a function`);
  }
  if (handler.length >= 3) {
    const message = `${handlerName} takes a callback, which ${runtime} does not run here: make it an async function`;
    throw runtimeError('Runtime.CallbackHandlerDeprecated', message);
  }
  return handler;
}
