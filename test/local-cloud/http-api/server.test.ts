import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createHttpApi } from '#lib/local-cloud/http-api/http-api.ts';
import { answerOf, createResource, fakeCloud, startApi } from './api-on-fake-cloud.ts';

const MEBIBYTE = 1024 * 1024;

const serve = async (main = () => 'ok' as unknown) => {
  const cloud = fakeCloud({ main });
  return { cloud, ...(await startApi(cloud, { routes: { $default: {} } })) };
};

describe('the server of an API', () => {
  test('takes a body of 10 MiB and refuses a larger one', async () => {
    const { url, cloud } = await serve();

    expect((await fetch(url, { method: 'POST', body: Buffer.alloc(10 * MEBIBYTE, 'a') })).status).toBe(200);
    expect(await answerOf(await fetch(url, { method: 'POST', body: Buffer.alloc(10 * MEBIBYTE + 1, 'a') }))).toEqual({
      status: 413,
      body: { message: 'Request Entity Too Large' },
    });
    expect(cloud.invocations('main')).toHaveLength(1);
  });

  test('refuses headers of more than 10,240 bytes', async () => {
    const { url } = await serve();

    expect((await fetch(url, { headers: { 'x-large': 'a'.repeat(9_000) } })).status).toBe(200);
    expect((await fetch(url, { headers: { 'x-large': 'a'.repeat(10_240) } })).status).toBe(431);
  });

  test('does not call the function for a client that leaves while it sends', async () => {
    const { url, cloud } = await serve();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', resolve));

    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    socket.destroy();
    await fetch(url);

    expect(cloud.invocations('main')).toHaveLength(1);
  });

  test('says in one sentence that its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const module = createHttpApi(fakeCloud().context, { port });

    const creation = createResource(module, 'Api', {
      logicalId: 'Api',
      properties: { Name: 'shop', ProtocolType: 'HTTP' },
    });

    await expect(creation).rejects.toThrow(`Port ${port} is in use: stop the program that listens there or set PORT.`);
    other.close();
  });

  test('stops though a request is under way', async () => {
    let called = () => {};
    const underWay = new Promise<void>((resolve) => {
      called = resolve;
    });
    const { url, module } = await serve(() => {
      called();
      return new Promise(() => {});
    });
    const answer = fetch(url).catch(() => 'cut off');
    await underWay;

    await module.stop?.();

    expect(await answer).toBe('cut off');
  });

  test('serves several APIs, each at its own address', async () => {
    const { module, create } = await serve();

    const second = await create('Api', 'Second', { Name: 'admin', ProtocolType: 'HTTP' });

    expect(module.apis().map(({ name }) => name)).toEqual(['shop', 'admin']);
    expect(new Set(module.apis().map(({ url }) => url)).size).toBe(2);
    expect(second.attributes?.ApiEndpoint).toBe(module.apis()[1]?.url);
  });
});

describe('an HTTP proxy integration', () => {
  test('passes request and answer through', async () => {
    const backend = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        response.writeHead(202, { 'x-backend': 'yes', 'content-type': 'application/json' });
        response.end(
          JSON.stringify({ method: request.method, url: request.url, custom: request.headers['x-custom'], body }),
        );
      });
    });
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    const { port } = backend.address() as AddressInfo;
    const { url } = await startApi(fakeCloud(), {
      routes: { 'ANY /api/{proxy+}': {} },
      integration: {
        IntegrationType: 'HTTP_PROXY',
        IntegrationUri: `http://127.0.0.1:${port}/base/{proxy}`,
        IntegrationMethod: 'ANY',
        PayloadFormatVersion: '1.0',
      },
    });

    const response = await fetch(`${url}/api/a/b?x=1`, { method: 'POST', headers: { 'x-custom': 'c' }, body: 'hello' });

    expect(response.headers.get('x-backend')).toBe('yes');
    expect(await answerOf(response)).toEqual({
      status: 202,
      body: { method: 'POST', url: '/base/a/b?x=1', custom: 'c', body: 'hello' },
    });
    backend.closeAllConnections();
    backend.close();
  });
});
