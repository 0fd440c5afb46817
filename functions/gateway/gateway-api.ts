import * as z from 'zod/mini';
import { defineRoute } from '#lib/runtime/http/route.ts';

export const GetOpenapi = defineRoute({
  operation: 'getOpenapi',
  route: 'GET /openapi.json',
  summary: 'This contract, for programs (OpenAPI 3.1).',
  auth: 'public',
  answers: { 200: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }) },
});

export const GetDocs = defineRoute({
  operation: 'getDocs',
  route: 'GET /docs',
  summary: 'This contract, for people.',
  auth: 'public',
  mediaType: 'text/html',
  answers: { 200: z.string() },
});
