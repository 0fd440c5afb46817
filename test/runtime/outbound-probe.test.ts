import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AddressPolicy } from '#lib/runtime/outbound/address-policy.ts';
import { probe } from '#lib/runtime/outbound/probe.ts';
import { allowedAddressesOf, pinnedTo } from '#lib/runtime/outbound/resolve.ts';
import { AnsweringServer } from '../setup/answering-server.ts';

const nothingPrivate = new AddressPolicy();
const loopback = new AddressPolicy(['127.0.0.0/8', '::1/128']);

const at =
  (...addresses: string[]) =>
  async (): Promise<LookupAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('a name', () => {
  test('leads to its addresses', async () => {
    const addresses = await allowedAddressesOf('shop.example', nothingPrivate, at('1.1.1.1', '2606:4700::1111'));

    expect(addresses).toEqual([
      { address: '1.1.1.1', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
  });

  test.each([
    ['one address is private', at('1.1.1.1', '10.0.0.1')],
    ['it leads to metadata', at('169.254.169.254')],
    ['it leads nowhere', at()],
    ['DNS does not know it', () => Promise.reject(new Error('ENOTFOUND'))],
  ])('is refused when %s', async (_, resolve) => {
    const refused = allowedAddressesOf('shop.example', nothingPrivate, resolve);

    await expect(refused).rejects.toMatchObject({ status: 422, code: 'ADDRESS_NOT_ALLOWED' });
  });

  test('is not asked for where there is an address already', async () => {
    const never = () => Promise.reject(new Error('asked'));

    expect(await allowedAddressesOf('1.1.1.1', nothingPrivate, never)).toEqual([{ address: '1.1.1.1', family: 4 }]);
  });

  test('stays pinned to what was checked', async () => {
    const lookup = pinnedTo([{ address: '1.1.1.1', family: 4 }]);
    const answered = (all: boolean) =>
      new Promise((resolve) => lookup('other.example', { all }, (...answer) => resolve(answer)));

    expect(await answered(true)).toEqual([null, [{ address: '1.1.1.1', family: 4 }]]);
    expect(await answered(false)).toEqual([null, '1.1.1.1', 4]);
  });
});

describe('a probe', () => {
  const server = new AnsweringServer();
  const options = { policy: loopback, timeoutMs: 20_000 };
  const ask = (host: string, path = '/health') => new URL(path, server.url.replace('127.0.0.1', host));

  beforeAll(() => server.start());
  afterAll(() => server.stop());

  test('tells the status of an answer', async () => {
    server.answers([204]);

    expect(await probe(ask('127.0.0.1'), { ...options, headers: { 'x-correlation-id': 'c1' } })).toBe(204);
    expect(server.requests.at(-1)).toMatchObject({
      method: 'GET',
      url: '/health',
      headers: { 'x-correlation-id': 'c1' },
    });
  });

  test('goes to the address that was checked, asking for it once', async () => {
    server.answers([200]);
    let asked = 0;
    const rebinding = async () => (asked++ === 0 ? at('127.0.0.1')() : at('10.0.0.1')());

    expect(await probe(ask('shop.example'), { ...options, resolve: rebinding })).toBe(200);
    expect(asked).toBe(1);
    expect(server.requests.at(-1)?.headers.host).toMatch(/^shop\.example:/);
  });

  test('does not follow a redirect', async () => {
    server.answers([302, {}, { location: '/elsewhere' }]);

    expect(await probe(ask('127.0.0.1'), options)).toBe(302);
    expect(server.requests.at(-1)?.url).toBe('/health');
  });

  test('does not read an answer to its end', async () => {
    server.answers([200, 'x'.repeat(5_000_000)]);

    expect(await probe(ask('127.0.0.1'), options)).toBe(200);
  });

  test('gives up on a server that never answers', async () => {
    server.answers('never');

    await expect(probe(ask('127.0.0.1'), { ...options, timeoutMs: 1 })).rejects.toThrow();
  });

  test('does not go where the policy does not allow', async () => {
    const before = server.requests.length;

    await expect(probe(ask('127.0.0.1'), { ...options, policy: nothingPrivate })).rejects.toMatchObject({
      code: 'ADDRESS_NOT_ALLOWED',
    });
    expect(server.requests).toHaveLength(before);
  });
});
