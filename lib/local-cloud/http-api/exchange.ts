import type { HttpApi, Identity, Route, Stage } from './model.ts';

/** One HTTP request as API Gateway sees it. */
export interface ApiRequest {
  method: string;
  /** `HTTP/1.1` */
  protocol: string;
  /** As the client sent it: not decoded, without the query string. */
  rawPath: string;
  rawQueryString: string;
  /** Names in lower case, repeated headers joined with commas, cookies left out. */
  headers: Record<string, string>;
  /** Names in lower case, one entry for each header line. */
  headerLists: Record<string, string[]>;
  cookies: string[];
  /** Decoded, in the order of the URL. */
  query: [name: string, value: string][];
  body: Buffer;
  sourceIp: string;
  /** The host of the URL that the client called, with the port. */
  host: string;
}

export interface ApiResponse {
  status: number;
  headers: Record<string, string>;
  /** One `Set-Cookie` header each. */
  cookies: string[];
  body: Buffer;
}

/** A request on its way through an API, with all that access logs, mappings and identity sources may ask about. */
export interface Exchange {
  api: HttpApi;
  stage: Stage;
  /** Without the name of the stage. */
  path: string;
  request: ApiRequest;
  requestId: string;
  receivedAtMs: number;
  trace: string;
  route?: Route;
  pathParameters: Record<string, string>;
  identity?: Identity;
  authorizerError?: string;
  errorMessage?: string;
  integration: { status?: number; latencyMs?: number; error?: string };
}

/** The sentence API Gateway answers with when it refuses a request itself. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, headers: Record<string, string> = {}, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.headers = headers;
  }
}

export const notFound = () => new GatewayError(404, 'Not Found');
export const unauthorized = (headers?: Record<string, string>) => new GatewayError(401, 'Unauthorized', headers);
export const forbidden = (headers?: Record<string, string>) => new GatewayError(403, 'Forbidden', headers);
export const internalError = (cause?: unknown) => new GatewayError(500, 'Internal Server Error', {}, cause);
export const serviceUnavailable = () => new GatewayError(503, 'Service Unavailable');

/** `{"message": "..."}` as API Gateway writes it. */
export function messageResponse(status: number, message: string, headers: Record<string, string> = {}): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    cookies: [],
    body: Buffer.from(JSON.stringify({ message })),
  };
}
