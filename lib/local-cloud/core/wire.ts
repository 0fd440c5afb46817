import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Account } from './account.ts';
import type { Api } from './api.ts';
import { AwsError } from './aws-error.ts';
import { findPage, showPage } from './local-pages.ts';
import type { CloudLog } from './log.ts';
import { type Caller, OPERATOR } from './service.ts';
import { handleCbor, isCborRequest, writeCborFault } from './wire-cbor.ts';
import { handleJson, writeJsonFault } from './wire-json.ts';
import {
  type Fault,
  flattenHeaders,
  readBody,
  readCredential,
  toFault,
  type WireReply,
  type WireRequest,
} from './wire-message.ts';
import { handleQuery, isQueryRequest, writeQueryFault } from './wire-query.ts';
import { findRoute, handleRest, writeRestFault } from './wire-rest.ts';

// The SDKs keep connections for reuse; a server that closes them first makes a request fail now and then.
const KEEP_ALIVE_MS = 75_000;

// How long stop() waits for requests under way (a long poll that notices its signal needs far less).
const STOP_GRACE_MS = 500;

export interface EndpointOptions {
  api: Api;
  iam: { callerOf(accessKeyId: string): Caller };
  account: Account;
  /** 0 picks a free port. */
  port: number;
  log: CloudLog;
}

/** The HTTP address of all services, for SDKs and the AWS CLI: `AWS_ENDPOINT_URL=<url>`. */
export interface Endpoint {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** `gone` is aborted when the client hangs up or the endpoint stops: long polls need not go on. */
interface Connection {
  message: IncomingMessage;
  response: ServerResponse;
  gone: AbortController;
}

/** How to answer one request, and how its protocol writes an error. */
interface Exchange {
  handle(): Promise<WireReply>;
  fail(fault: Fault): WireReply;
}

/** Serves every registered module on 127.0.0.1, whichever protocol it speaks. */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const underWay = new Map<Promise<void>, AbortController>();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, response) => {
    const gone = new AbortController();
    const done = serve({ message, response, gone }, options).finally(() => underWay.delete(done));
    underWay.set(done, gone);
  });
  await listen(server, options.port);

  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const gone of underWay.values()) gone.abort();
      await settleWithin(STOP_GRACE_MS, [...underWay.keys()]);
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const busy = cause.code === 'EADDRINUSE';
      reject(busy ? new Error(`Port ${port} on 127.0.0.1 is already taken by another program.`, { cause }) : cause);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function settleWithin(graceMs: number, promises: Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([Promise.allSettled(promises), grace]);
  clearTimeout(timer);
}

async function serve({ message, response, gone }: Connection, options: EndpointOptions): Promise<void> {
  // Of those who have their answer nobody needs to hear, and making an AbortError is a tenth of the work of a request.
  response.once('close', () => response.writableFinished || gone.abort());
  try {
    const request = await readRequest(message, options, gone.signal);
    const { status, headers, body } = await exchange(request, options);
    response.writeHead(status, {
      ...headers,
      'x-amzn-requestid': request.requestId,
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  } catch (error) {
    // Reading failed or the answer could not be written: there is nobody left to tell but the log.
    if (!gone.signal.aborted) options.log.warn(`${message.method} ${message.url}: ${String(error)}`);
    response.destroy();
  }
}

async function readRequest(
  message: IncomingMessage,
  { iam }: EndpointOptions,
  signal: AbortSignal,
): Promise<WireRequest> {
  // Whoever takes the endpoint for an HTTP proxy sends the whole URL: the way to hosts that exist on AWS only.
  const target = (message.url ?? '/').replace(/^https?:\/\/[^/?]*/, '');
  const [path = '', search = ''] = target.split('?', 2);
  const query = new URLSearchParams(search);
  const headers = flattenHeaders(message);
  const credential = readCredential(headers, query);
  const caller = credential ? iam.callerOf(credential.accessKeyId) : OPERATOR;
  return {
    method: message.method ?? 'GET',
    path: path || '/',
    query,
    headers,
    ...(await readBody(message)),
    requestId: randomUUID(),
    context: {
      caller,
      trace: headers['x-amzn-trace-id'],
      signal,
      sessionToken: headers['x-amz-security-token'],
    },
  };
}

async function exchange(request: WireRequest, options: EndpointOptions): Promise<WireReply> {
  const { handle, fail } = route(request, options);
  try {
    if (request.problem) throw request.problem;
    return await handle();
  } catch (error) {
    const fault = toFault(error);
    if (fault.status >= 500) options.log.warn(`${request.method} ${request.path}: ${describe(error)}`);
    return fail(fault);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function route(request: WireRequest, { api, account }: EndpointOptions): Exchange {
  const page = findPage(request, api, account);
  if (page) return { handle: () => showPage(page), fail: writeRestFault };
  if (request.headers['x-amz-target']) {
    return { handle: () => handleJson(request, api), fail: (fault) => writeJsonFault(fault, request, api) };
  }
  if (isCborRequest(request)) {
    return { handle: () => handleCbor(request, api), fail: (fault) => writeCborFault(fault, request, api) };
  }
  if (isQueryRequest(request)) {
    return { handle: () => handleQuery(request, api), fail: (fault) => writeQueryFault(fault, request, api) };
  }
  const match = findRoute(request, api);
  return { handle: match ? () => handleRest(request, api, match) : () => refuse(request), fail: writeRestFault };
}

async function refuse({ method, path }: WireRequest): Promise<WireReply> {
  throw new AwsError('UnknownOperationException', `The embedded cloud serves no AWS API at ${method} ${path}.`, 404);
}
