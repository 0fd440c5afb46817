import { Agent, type IncomingMessage, request } from 'node:http';
import { AwsError } from '../core/aws-error.ts';

/** An answer of DynamoDB Local as it came. */
export interface EngineReply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** A bare HTTP client: the AWS SDK would cost more CPU than the database itself. */
export interface EngineClient {
  /** Where DynamoDB Local listens on 127.0.0.1. */
  port: number;
  /** `target` is the value of `X-Amz-Target`, such as `DynamoDB_20120810.GetItem`. */
  send(target: string, body: Buffer | string): Promise<EngineReply>;
  close(): void;
}

const ACCESS_KEY = 'local';
const PASSED_HEADERS = ['content-type', 'x-amz-crc32'];
// Its server closes an idle connection after 30 s; we do it before, so that no request meets a closing one.
const IDLE_MS = 20_000;
const MAX_CONNECTIONS = 64;

/** @param accessKey letters and digits only: whose tables, where DynamoDB Local keeps them apart */
export function createEngineClient(port: number, accessKey = ACCESS_KEY): EngineClient {
  // DynamoDB Local wants to see a signature but does not check it.
  const credential = `${accessKey}/20260101/us-east-1/dynamodb/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`;
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS, maxSockets: MAX_CONNECTIONS });

  function send(target: string, body: Buffer | string): Promise<EngineReply> {
    return new Promise((resolve, reject) => {
      const headers = { ...headersOf(target, body), authorization };
      const outgoing = request({ agent, host: '127.0.0.1', port, method: 'POST', headers });
      outgoing.once('response', (response) => read(response).then(resolve, reject));
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        // Closed by the other side while idle: the request was not read, so sending it again is safe.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') return resolve(send(target, body));
        reject(new AwsError('InternalServerError', `DynamoDB Local does not answer: ${error.message}`, 500));
      });
      outgoing.end(body);
    });
  }

  return { port, send, close: () => agent.destroy() };
}

function headersOf(target: string, body: Buffer | string): Record<string, string | number> {
  return {
    'x-amz-target': target,
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
  };
}

async function read(response: IncomingMessage): Promise<EngineReply> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const headers: Record<string, string> = {};
  for (const name of PASSED_HEADERS) {
    const value = response.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return { status: response.statusCode ?? 500, headers, body: Buffer.concat(chunks) };
}
