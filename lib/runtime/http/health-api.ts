import * as z from 'zod/mini';
import { defineRoute } from './route.ts';

const Health = z
  .strictObject({ service: z.string(), version: z.string(), status: z.literal('healthy') })
  .register(z.globalRegistry, { title: 'Health' });

/** Each service has this route, with its own name in it. */
export const GetHealth = defineRoute({
  operation: 'getHealth',
  route: 'GET /api/v1/{service}/health',
  summary: 'Ask whether the service is up: for people, monitors and the registry.',
  auth: 'public',
  probe: true,
  answers: { 200: Health },
});
