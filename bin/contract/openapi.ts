import { type ApiVersion, type RouteContract, V2_MEDIA_TYPE } from '#lib/runtime/http/route.ts';
import { Components } from './components.ts';
import { toJsonSchema } from './json-schema.ts';
import type { OpenApi } from './openapi-document.ts';
import { HEADERS, SHARED_PARAMETERS } from './openapi-headers.ts';
import { Operation } from './openapi-operation.ts';
import { problemResponses } from './openapi-problems.ts';
import { Problem } from './problems.ts';
import type { ServedRoute } from './routes.ts';

const DESCRIPTION = `Generated from the schemas that validate every request.

- Ids of others are answered as unknown ones are: 404.
- Query parameters and fields that are not named here are refused: 400. Answers may get more fields: ignore those.
- Problems are \`application/problem+json\` (RFC 9457) with a stable \`code\`.
- A route with two versions is served under both paths; the header \`Accept: ${V2_MEDIA_TYPE}\` asks for version 2
  under either, of the body too.`;

/** The OpenAPI 3.1 document of these routes. The same routes make the same document, to the byte. */
export function openApiOf(routes: ServedRoute[], version: string): OpenApi {
  const components = new Components();
  const operations = routes.flatMap((route) => versionsOf(route.contract).map((v) => new Operation(route, v)));
  components.add({ name: 'Problem', service: '', schema: toJsonSchema(Problem, 'output') });
  // What is read gives its name to what is written and answers the same.
  const byReading = [...operations].sort((a, b) => Number(b.reads) - Number(a.reads));
  for (const operation of byReading) operation.nameSchemas(components);
  components.lift();

  const paths: OpenApi['paths'] = {};
  for (const operation of operations) {
    const { path, method, pathParameters } = operation;
    paths[path] = { parameters: pathParameters, ...paths[path], [method]: operation.describe(components) };
  }
  const services = [...new Set(routes.map(({ service }) => service))].sort();
  return {
    openapi: '3.1.1',
    info: {
      title: 'Bazaar',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: services.map((name) => ({ name })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: components.schemas,
      responses: problemResponses(routes),
      parameters: SHARED_PARAMETERS,
      headers: HEADERS,
      securitySchemes: { bearer: BEARER },
    },
  };
}

const BEARER = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'The access_token of POST /api/v1/auth/login. Operations that list a role are for that role only.',
};

function versionsOf({ v2 }: RouteContract): ApiVersion[] {
  return v2 ? [1, 2] : [1];
}
