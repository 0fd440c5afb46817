import type { ApiRequest, ApiResponse, Exchange } from './exchange.ts';
import type { Integration } from './model.ts';
import { fill } from './selection-expression.ts';

/** `append:header.x`, `overwrite:querystring.y`, `remove:header.z`, `overwrite:path`, `overwrite:statuscode`. */
const DESTINATION = /^(append|overwrite|remove)[:.](header|querystring|path|statuscode)(?:\.(.+))?$/;

interface Change {
  action: 'append' | 'overwrite' | 'remove';
  target: 'header' | 'querystring' | 'path' | 'statuscode';
  name: string;
}

/** Reads the key of a mapping; undefined when it is none. */
export function parseDestination(destination: string): Change | undefined {
  const match = DESTINATION.exec(destination);
  if (!match) return undefined;
  return { action: match[1] as Change['action'], target: match[2] as Change['target'], name: match[3] ?? '' };
}

/** The request as the integration's `RequestParameters` change it; the client's own stays as it is. */
export function mapRequest(exchange: Exchange, { requestParameters }: Integration): ApiRequest {
  const { request } = exchange;
  const destinations = Object.keys(requestParameters);
  if (destinations.length === 0) return request;
  const mapped = { ...request, headers: { ...request.headers }, query: [...request.query] };
  for (const [destination, template] of Object.entries(requestParameters)) {
    const change = parseDestination(destination);
    if (change) changeRequest(mapped, change, fill(template, exchange));
  }
  if (destinations.some((key) => key.includes('querystring'))) {
    mapped.rawQueryString = new URLSearchParams(mapped.query).toString();
  }
  return mapped;
}

/** The response as the integration's `ResponseParameters` for its status code change it. */
export function mapResponse(exchange: Exchange, integration: Integration, response: ApiResponse): ApiResponse {
  const parameters = integration.responseParameters[String(response.status)];
  if (!parameters) return response;
  const mapped = { ...response, headers: { ...response.headers } };
  for (const { Destination, Source } of parameters) {
    const change = parseDestination(Destination);
    const value = fill(Source, exchange, response);
    if (change?.target === 'header') changeHeader(mapped.headers, change, value);
    if (change?.target === 'statuscode' && Number(value) >= 100) mapped.status = Number(value);
  }
  return mapped;
}

function changeRequest(request: ApiRequest, change: Change, value: string): void {
  if (change.target === 'path') request.rawPath = value;
  if (change.target === 'header') changeHeader(request.headers, change, value);
  if (change.target === 'querystring') changeQuery(request, change, value);
}

function changeHeader(headers: Record<string, string>, { action, name }: Change, value: string): void {
  const key = name.toLowerCase();
  if (action === 'remove') delete headers[key];
  else headers[key] = action === 'append' && headers[key] !== undefined ? `${headers[key]},${value}` : value;
}

function changeQuery(request: ApiRequest, { action, name }: Change, value: string): void {
  if (action !== 'append') request.query = request.query.filter(([key]) => key !== name);
  if (action !== 'remove') request.query.push([name, value]);
}
