import { FILES, readDocument } from '#bin/contract/documents.ts';
import type { JsonSchema } from '#bin/contract/json-schema.ts';
import { METHODS, type OpenApi, type OpenApiParameter, type OpenApiResponse } from '#bin/contract/openapi-document.ts';

export const openApi = readDocument<OpenApi>(FILES.openapi);

/** An operation of the committed contract, with what it refers to put in its place. */
export interface Operation {
  id: string;
  /** `GET` */
  method: string;
  /** `/api/v1/orders/{order_id}` */
  path: string;
  access: 'public' | 'user' | 'admin';
  /** Those in the path, in the query and in headers. */
  parameters: OpenApiParameter[];
  body: JsonSchema | undefined;
  responses: Record<string, OpenApiResponse>;
}

export function allOperations(): Operation[] {
  return Object.entries(openApi.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const described = item[method];
      if (!described) return [];
      const { operationId: id, security, requestBody, parameters = [], responses } = described;
      const [requirement] = security;
      return {
        id,
        method: method.toUpperCase(),
        path,
        access: requirement ? (requirement.bearer.includes('admin') ? 'admin' : 'user') : 'public',
        parameters: [...item.parameters, ...parameters].map((parameter) => resolved<OpenApiParameter>(parameter)),
        body: Object.values(requestBody?.content ?? {})[0]?.schema,
        responses: Object.fromEntries(
          Object.entries(responses).map(([status, response]) => [status, resolved<OpenApiResponse>(response)]),
        ),
      } satisfies Operation;
    }),
  );
}

/** Follows a reference within the contract. */
export function resolved<Node extends object>(node: Node | { $ref: string }): Node {
  if (!('$ref' in node) || !node.$ref) return node as Node;
  const keys = String(node.$ref).slice(2).split('/');
  const target = keys.reduce((parent: unknown, key) => (parent as Record<string, unknown>)[key], openApi);
  return resolved(target as Node);
}

/** `{order_id}` in the path becomes `values.order_id`. */
export function pathWith({ path }: Operation, values: Record<string, string>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'x');
}
