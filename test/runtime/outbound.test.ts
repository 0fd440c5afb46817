import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AddressPolicy } from '#lib/runtime/outbound/address-policy.ts';
import { isHostName, isHttpUrl } from '#lib/runtime/outbound/host-name.ts';
import { probe } from '#lib/runtime/outbound/probe.ts';
import { allowedAddressesOf, pinnedTo } from '#lib/runtime/outbound/resolve.ts';
import { AnsweringServer } from '../setup/answering-server.ts';

const nothingPrivate = new AddressPolicy();
const loopback = new AddressPolicy(['127.0.0.0/8', '::1/128']);

describe('a stage that allows no private network', () => {
  test.each(['93.184.216.34', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
    'lets requests go to %s',
    (address) => expect(nothingPrivate.allows(address)).toBe(true),
  );

  test.each([
    ['this host', '0.0.0.0'],
    ['loopback', '127.0.0.1'],
    ['loopback, further on', '127.255.255.254'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.0.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['link-local', '169.254.0.1'],
    ['instance metadata', '169.254.169.254'],
    ['container credentials', '169.254.170.2'],
    ['benchmarks', '198.18.0.1'],
    ['documentation', '203.0.113.1'],
    ['protocol assignments', '192.0.0.192'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv6: nothing', '::'],
    ['IPv6: loopback', '::1'],
    ['IPv6: loopback in full', '0:0:0:0:0:0:0:1'],
    ['IPv6: link-local', 'fe80::1'],
    ['IPv6: link-local with a zone', 'fe80::1%eth0'],
    ['IPv6: site-local', 'fec0::1'],
    ['IPv6: unique local', 'fd12::1'],
    ['IPv6: instance metadata', 'fd00:ec2::254'],
    ['IPv6: multicast', 'ff02::1'],
    ['IPv6: documentation', '2001:db8::1'],
    ['IPv6: not given to anybody', '4000::1'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped in hex', '::ffff:a9fe:a9fe'],
    ['IPv4-mapped, private', '::ffff:10.0.0.1'],
    ['IPv4-compatible', '::7f00:1'],
    ['IPv4-translated', '::ffff:0:7f00:1'],
    ['NAT64', '64:ff9b::169.254.169.254'],
    ['NAT64 in hex', '64:ff9b::a9fe:a9fe'],
    ['NAT64 of a network', '64:ff9b:1::a9fe:a9fe'],
    ['6to4', '2002:a9fe:a9fe::1'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['no address', 'localhost'],
    ['a riddle', '0177.0.0.1'],
    ['nothing at all', ''],
  ])('keeps requests from %s: %s', (_, address) => expect(nothingPrivate.allows(address)).toBe(false));
});

describe('a stage that allows networks', () => {
  test('lets requests go there, and to no other private one', () => {
    expect(loopback.allows('127.0.0.1')).toBe(true);
    expect(loopback.allows('::ffff:127.0.0.1')).toBe(true);
    expect(loopback.allows('::1')).toBe(true);
    expect(loopback.allows('10.0.0.1')).toBe(false);
  });

  test.each(['169.254.169.254', 'fd00:ec2::254', 'fe80::1', '0.0.0.0', '64:ff9b::7f00:1'])(
    'cannot allow %s',
    (address) => expect(new AddressPolicy(['0.0.0.0/0', '::/0']).allows(address)).toBe(false),
  );

  test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '::/129', 'localhost/8', ''])(
    'has to name them: %j',
    (network) => {
      expect(() => new AddressPolicy([network])).toThrow('is not a network');
    },
  );
});

describe('a host', () => {
  test.each(['example.com', 'a-1.b_c.example', 'localhost', '10.0.0.1', '::1', 'xn--bcher-kva.example', 'ORDERS'])(
    'may be %s',
    (host) => expect(isHostName(host)).toBe(true),
  );

  test.each([
    ['decimal', '2130706433'],
    ['hex', '0x7f.0.0.1'],
    ['all in hex', '0x7f000001'],
    ['octal', '0177.0.0.1'],
    ['short', '127.1'],
    ['full width', '１２７.0.0.1'],
    ['too long a number', '999.1.1.1'],
    ['a trailing dot', 'localhost.'],
    ['a port', 'example.com:80'],
    ['a user', 'user@example.com'],
    ['a path', 'example.com/x'],
    ['a query', 'example.com?x'],
    ['brackets', '[::1]'],
    ['a zone', 'fe80::1%eth0'],
    ['an escape', '%31%32%37.0.0.1'],
    ['a gap', 'example..com'],
    ['a space', 'exa mple.com'],
    ['nothing', ''],
  ])('may not be written with %s: %s', (_, host) => expect(isHostName(host)).toBe(false));
});

describe('a URL', () => {
  test.each(['http://example.com', 'https://example.com:8443/health?deep=1', 'http://[2606:4700::1111]:8080/'])(
    'may be %s',
    (url) => expect(isHttpUrl(url)).toBe(true),
  );

  test.each([
    'ftp://example.com',
    'file:///etc/passwd',
    'http://user@example.com/',
    'http://example.com:80@127.0.0.1/',
    'http://:secret@example.com/',
    'http:\\\\127.0.0.1\\',
    'http://localhost./',
    'http://',
    'example.com',
  ])('may not be %s', (url) => expect(isHttpUrl(url)).toBe(false));
});

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
