import type * as z from 'zod/mini';
import { type ApiVersion, type RouteContract, V2_MEDIA_TYPE } from '#lib/runtime/http/route.ts';
import { type Components, pascalCase } from './components.ts';
import { type JsonSchema, toJsonSchema } from './json-schema.ts';
import type { OpenApiOperation, OpenApiResponse } from './openapi-document.ts';
import { headersOf, parametersOf, pathParametersOf, SHARED_PARAMETERS } from './openapi-headers.ts';
import { describeProblem } from './openapi-problems.ts';
import { problemsOf } from './problems.ts';
import { methodOf, pathOf, type ServedRoute } from './routes.ts';

const DESCRIPTIONS: Record<string, string> = {
  200: 'Here it is.',
  201: 'It was made.',
  202: 'It is recorded; its outcome is to be read later.',
  204: 'Done; there is nothing to tell.',
  304: 'It has not changed.',
};

/** One route in one of its versions. */
export class Operation {
  readonly path: string;
  readonly method: string;
  readonly #service: string;
  readonly #contract: RouteContract;
  readonly #version: ApiVersion;

  constructor({ service, contract }: ServedRoute, version: ApiVersion) {
    this.#service = service;
    this.#contract = contract;
    this.#version = version;
    this.path = version === 2 ? pathOf(contract).replace('/api/v1/', '/api/v2/') : pathOf(contract);
    this.method = methodOf(contract).toLowerCase();
  }

  get reads(): boolean {
    return this.method === 'get';
  }

  get pathParameters() {
    return [
      ...pathParametersOf(this.#contract),
      ...Object.keys(SHARED_PARAMETERS).map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ];
  }

  nameSchemas(components: Components): void {
    const Name = pascalCase(this.#contract.operation);
    const suffix = this.#version === 2 ? 'V2' : '';
    const service = this.#service;
    const answer = /^Get[A-Z]/.test(Name) ? Name.slice(3) : `${Name}Answer`;
    for (const [, schema] of this.#answers(this.#version)) {
      if (schema) components.add({ name: answer + suffix, service, schema });
    }
    const body = this.#body();
    if (body) components.add({ name: `${Name}Request${suffix}`, service, schema: body });
  }

  describe(components: Components): OpenApiOperation {
    const { operation, summary, auth, v2 } = this.#contract;
    const body = this.#body();
    const parameters = parametersOf(this.#contract);
    return {
      operationId: this.#version === 2 ? `${operation}V2` : operation,
      summary,
      ...(auth === 'admin' && { description: 'For administrators.' }),
      ...(v2 && this.#version === 1 && { deprecated: true }),
      tags: [this.#service],
      security: auth === 'public' ? [] : [{ bearer: auth === 'admin' ? ['admin'] : [] }],
      ...(parameters.length > 0 && { parameters }),
      ...(body && {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: components.refTo(this.#service, body) } },
        },
      }),
      responses: { ...this.#describeAnswers(components), ...this.#describeProblems() },
    };
  }

  #body(): JsonSchema | undefined {
    const { body, rawBody, v2 } = this.#contract;
    const schema = this.#version === 2 ? (v2?.body ?? body) : (body ?? rawBody);
    return schema && this.#toJson(schema, 'input');
  }

  #answers(version: ApiVersion): [status: string, schema: JsonSchema | undefined][] {
    const { answers, v2 } = this.#contract;
    const schemas = Object.entries(version === 2 ? (v2?.answers ?? {}) : answers);
    return schemas.map(([status, schema]) => [status, schema ? this.#toJson(schema, 'output') : undefined]);
  }

  #toJson(schema: z.core.$ZodType, io: 'input' | 'output'): JsonSchema {
    try {
      return toJsonSchema(schema, io);
    } catch (cause) {
      throw new Error(`A schema of ${this.#contract.operation} cannot be told in JSON Schema.`, { cause });
    }
  }

  #describeAnswers(components: Components): Record<string, OpenApiResponse> {
    const { mediaType = 'application/json', v2 } = this.#contract;
    const byAccept = v2 && Object.fromEntries(this.#answers(2));
    const headers = headersOf(this.#contract, this.#version);
    const answers = this.#answers(this.#version).map(([status, schema]): [string, OpenApiResponse] => {
      const content = {
        ...(schema && { [mediaType]: { schema: components.refTo(this.#service, schema) } }),
        ...(byAccept?.[status] && { [V2_MEDIA_TYPE]: { schema: components.refTo(this.#service, byAccept[status]) } }),
      };
      return [status, { description: DESCRIPTIONS[status] ?? 'Done.', headers, ...(schema && { content }) }];
    });
    return Object.fromEntries(answers);
  }

  #describeProblems(): Record<string, OpenApiResponse> {
    const problems = Object.entries(problemsOf(this.#contract));
    return Object.fromEntries(problems.map(([status, codes]) => [status, describeProblem(codes)]));
  }
}
