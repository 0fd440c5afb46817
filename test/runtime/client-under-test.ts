import { beforeAll } from '@jest/globals';
import type { ServiceClient, ServiceClientOptions } from '#lib/runtime/service-client.ts';
import { server } from '../setup/server-of-a-test.ts';

let Client: typeof ServiceClient;

beforeAll(async () => {
  Object.assign(process.env, { SERVICE_NAME: 'test', FUNCTION_NAME: 'test', AWS_LAMBDA_LOG_LEVEL: 'FATAL' });
  ({ ServiceClient: Client } = await import('#lib/runtime/service-client.ts'));
});

/** A client of the service that the server of the test stands for. */
export function aClient(options: Partial<ServiceClientOptions> = {}): ServiceClient {
  return new Client({ baseUrl: server.url, ...options });
}

/** Enough failures to open the circuit: three tries a call, five at least. */
export async function openCircuit(client: ServiceClient): Promise<void> {
  server.answers([503]);
  await client.get('/things', {});
  await client.get('/things', {});
  server.requests.length = 0;
}
