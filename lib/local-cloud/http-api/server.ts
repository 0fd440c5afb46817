import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiRequest, type ApiResponse, GatewayError, messageResponse } from './exchange.ts';
import { readRequest } from './request-reader.ts';

/** Larger than API Gateway's own limit on headers, so that it is our answer that the client reads. */
const NODE_MAX_HEADER_BYTES = 65_536;
/** A client that needs longer than this to send its request is cut off with 408. */
const SLOW_REQUEST_MS = 30_000;
/** Requests under way get this long to finish when the server stops. */
const GRACE_MS = 500;

export interface ApiServer {
  port: number;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 and answers each request with what `handle` resolves to. */
export async function listen(
  wantedPort: number,
  handle: (request: ApiRequest) => Promise<ApiResponse>,
): Promise<ApiServer> {
  const server = createServer({
    keepAlive: true,
    maxHeaderSize: NODE_MAX_HEADER_BYTES,
    requestTimeout: SLOW_REQUEST_MS,
    keepAliveTimeout: 65_000,
  });
  const port = await bind(server, wantedPort);
  server.on('request', (message, reply) => {
    serve(message, reply, port, handle).catch(() => reply.destroy());
  });
  return { port, close: () => close(server) };
}

async function serve(
  message: IncomingMessage,
  reply: ServerResponse,
  port: number,
  handle: (request: ApiRequest) => Promise<ApiResponse>,
): Promise<void> {
  const response = await answer(message, port, handle);
  if (!response || reply.destroyed) return;
  write(reply, response, message.method === 'HEAD');
  // The rest of a body that nobody reads would hold the connection.
  if (!message.complete) message.resume();
}

async function answer(
  message: IncomingMessage,
  port: number,
  handle: (request: ApiRequest) => Promise<ApiResponse>,
): Promise<ApiResponse | undefined> {
  try {
    const request = await readRequest(message, port);
    return request && (await handle(request));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { ...messageResponse(error.status, error.message, { connection: 'close' }) };
  }
}

function write(reply: ServerResponse, response: ApiResponse, headOnly: boolean): void {
  const hasBody = response.status >= 200 && response.status !== 204 && response.status !== 304;
  const headers: Record<string, string | string[]> = { ...response.headers };
  if (hasBody) headers['content-length'] ??= String(response.body.length);
  if (response.cookies.length > 0) headers['set-cookie'] = response.cookies;
  reply.writeHead(response.status, headers);
  reply.end(hasBody && !headOnly ? response.body : undefined);
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const busy = `Port ${port} is in use: stop the program that listens there or set PORT.`;
      reject(error.code === 'EADDRINUSE' ? new Error(busy, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.close(() => {
      clearTimeout(cutOff);
      resolve();
    });
    server.closeIdleConnections();
  });
}
