import type { JsonSchema } from './json-schema.ts';

// The parts of an OpenAPI 3.1 document that ours has.

export interface OpenApi {
  openapi: string;
  info: Record<string, unknown>;
  paths: Record<string, OpenApiPath>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, OpenApiResponse>;
    [kind: string]: object;
  };
  [field: string]: unknown;
}

/** The operations of a path by method, and the parameters that they have in common. */
export type OpenApiPath = Partial<Record<Method, OpenApiOperation>> & {
  parameters: (OpenApiParameter | { $ref: string })[];
};

export const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

export interface OpenApiOperation {
  operationId: string;
  summary: string;
  description?: string;
  deprecated?: true;
  tags: string[];
  /** Empty for public operations; `{ bearer: ['admin'] }` for those of administrators. */
  security: { bearer: string[] }[];
  parameters?: OpenApiParameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, OpenApiResponse>;
}

export interface OpenApiParameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: JsonSchema;
}

export interface OpenApiResponse {
  $ref?: string;
  description?: string;
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, { schema: JsonSchema }>;
}
