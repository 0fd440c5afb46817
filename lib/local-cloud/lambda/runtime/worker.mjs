// The Lambda runtime of one execution environment: runs as the main module of a worker thread, loads the function and
// answers one invocation after another. Plain JavaScript on purpose: stripping types would cost every cold start 18 ms.
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { moveTime } from './cloud-time.mjs';
import { createContext } from './invocation-context.mjs';
import { loadHandler } from './load-handler.mjs';
import { captureOutput } from './output.mjs';
import { describeError, runtimeError, toFailure } from './runtime-error.mjs';

const output = captureOutput(workerData.logging, (message) => parentPort.postMessage({ type: 'log', message }));

/** The request that is being answered; undefined while the environment waits. */
let current;

/** The environment cannot go on: what is under way (an invocation, or the start) fails with this error. */
function giveUp(title, error, exitCode) {
  output.error(title, describeError(error));
  output.flush();
  parentPort.postMessage({ type: 'fatal', failure: toFailure(error) });
  process.exit(exitCode);
}

process.on('uncaughtException', (error) => giveUp('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason) => {
  const error = runtimeError('Runtime.UnhandledPromiseRejection', String(reason));
  error.reason = reason;
  giveUp('Unhandled Promise Rejection', error, 128);
});
// Only what the handler started keeps the thread alive during an invocation: with none of it left, no answer can come.
process.on('beforeExit', () => {
  if (!current) return;
  const message = 'The function has nothing left to wait for, but its Promise was never settled.';
  giveUp('Unexpected exit', runtimeError('Runtime.NodeJsExit', message), 13);
});

function serialize(result) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    throw runtimeError('Runtime.JSONStringifyError', `Unable to stringify response body: ${error.message}`, error);
  }
}

async function answer(handler, request) {
  try {
    return { type: 'result', payload: serialize(await handler(JSON.parse(request.payload), createContext(request))) };
  } catch (error) {
    output.error('Invoke Error', describeError(error));
    return { type: 'error', failure: toFailure(error) };
  }
}

async function invoke(handler, request) {
  current = request;
  // biome-ignore lint/style/noProcessEnv: Lambda tells the function by this variable
  process.env._X_AMZN_TRACE_ID = request.trace;
  moveTime(request.clockOffsetMs);
  output.begin(request.requestId);
  parentPort.unref();
  const reply = await answer(handler, request);
  parentPort.ref();
  current = undefined;
  output.flush();
  const { used_heap_size, external_memory } = getHeapStatistics();
  parentPort.postMessage({ ...reply, requestId: request.requestId, memoryBytes: used_heap_size + external_memory });
}

moveTime(workerData.clockOffsetMs);
try {
  const handler = await loadHandler(workerData.taskRoot, workerData.handler, workerData.runtime);
  parentPort.on('message', (request) => invoke(handler, request));
  parentPort.postMessage({ type: 'ready' });
} catch (error) {
  giveUp('Uncaught Exception', error, 1);
}
