export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  /** Whether the body is base64, for what is no text. */
  isBase64Encoded?: boolean;
  /** One `Set-Cookie` header each. */
  cookies?: string[];
}

function json(statusCode: number, body: unknown, headers: Record<string, string>): HttpResponse {
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export function ok(body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return json(200, body, headers);
}

export function created(body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return json(201, body, headers);
}

/** The request is recorded; its outcome is to be read at `location`. */
export function accepted(body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return json(202, body, headers);
}

export function noContent(headers: Record<string, string> = {}): HttpResponse {
  return { statusCode: 204, headers, body: '' };
}

export function html(page: string, headers: Record<string, string> = {}): HttpResponse {
  return { statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body: page };
}
