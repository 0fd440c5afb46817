import { afterAll, beforeAll } from '@jest/globals';
import type { ServiceModule } from '#lib/local-cloud/core/service.ts';
import type { Endpoint } from '#lib/local-cloud/core/wire.ts';
import { createTestCloud, type TestCloud } from '../core/test-cloud.ts';

export interface Served extends TestCloud {
  endpoint: Endpoint;
  url: string;
  /** Sends a form as SDKs send the Query protocol, signed for the service. */
  query(service: string, fields: Record<string, string>, path?: string): Promise<{ status: number; xml: string }>;
  /** Sends `X-Amz-Target` with a JSON body. */
  json(target: string, input: unknown): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }>;
}

/** Services at an endpoint of their own while the tests of the file run; what is answered is filled in before them. */
export function serve(create: (cloud: TestCloud, endpointUrl: () => string) => ServiceModule[]): Served {
  const served = {} as Served;
  beforeAll(async () => {
    Object.assign(served, await start(create));
  });
  afterAll(async () => {
    await served.endpoint.stop();
    served.clock.stop();
  });
  return served;
}

async function start(create: (cloud: TestCloud, endpointUrl: () => string) => ServiceModule[]): Promise<Served> {
  const cloud = createTestCloud();
  let endpoint: Endpoint | undefined;
  for (const module of create(cloud, () => endpoint?.url ?? '')) cloud.register(module);
  endpoint = await cloud.listen();
  const { url } = endpoint;
  return {
    ...cloud,
    endpoint,
    url,
    async query(service, fields, path = '/') {
      const body = new URLSearchParams(fields);
      const response = await fetch(url + path, { method: 'POST', body, headers: signedFor(service) });
      return { status: response.status, xml: await response.text() };
    },
    async json(target, input) {
      const body = typeof input === 'string' ? input : JSON.stringify(input);
      const response = await fetch(url, { method: 'POST', body, headers: { 'x-amz-target': target } });
      return { status: response.status, headers: response.headers, body: (await response.json()) as never };
    },
  };
}

export function signedFor(service: string): Record<string, string> {
  const credential = `operator/20261122/us-east-1/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=00` };
}

/** The contents of all elements of that name, in the order of the document. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, content]) => content as string);
}
