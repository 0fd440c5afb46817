import { describe, expect, test } from '@jest/globals';
import { AddressPolicy } from '#lib/runtime/outbound/address-policy.ts';
import { isHostName, isHttpUrl } from '#lib/runtime/outbound/host-name.ts';

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
