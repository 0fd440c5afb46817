// Not fetch: it hides hop-by-hop headers, decompresses bodies, and Node loads it in 46 ms of a cold start.
import http from 'node:http';
import https from 'node:https';
import { LARGEST_ANSWER_BYTES, type ServiceAnswer, tooLarge } from './answer-to-client.ts';
import type { Instance } from './instances.ts';
import type { ServiceRequest } from './request-to-service.ts';

const HTTPS_PORT = 443;

const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };

/** Sends a request to an instance and reads its answer whole. Rejects with whatever went wrong on the way. */
export async function send(instance: Instance, request: ServiceRequest, signal: AbortSignal): Promise<ServiceAnswer> {
  const message = await open(instance, request, signal);
  return { status: message.statusCode ?? 502, headers: message.headers, body: await bodyOf(message) };
}

function open(
  { host, port }: Instance,
  { method, path, headers, body }: ServiceRequest,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const isSecure = port === HTTPS_PORT;
  const options = { host, port, method, path, headers, signal, agent: isSecure ? agents.https : agents.http };
  return new Promise((resolve, reject) => {
    const request = isSecure ? https.request(options, resolve) : http.request(options, resolve);
    request.on('error', reject);
    request.end(body);
  });
}

async function bodyOf(message: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > LARGEST_ANSWER_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
