import * as z from 'zod/mini';
import { defineRoute } from './route.ts';

export const GetHealth = defineRoute({
  operation: 'getHealth',
  route: 'GET /api/v1/{service}/health',
  summary: 'Ask whether a service is up: for people, monitors and the registry.',
  auth: 'public',
  answers: { 200: z.strictObject({ service: z.string(), version: z.string(), status: z.literal('healthy') }) },
  problems: { 404: ['ROUTE_NOT_FOUND'] },
});
