import { describe, expect, test } from '@jest/globals';
import { decodeCbor, encodeCbor } from '#lib/local-cloud/core/cbor.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

// The examples are those of RFC 8949, appendix A.
describe('CBOR', () => {
  test.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['3903e7', -1000],
    ['fb3ff199999999999a', 1.1],
    ['fbc010666666666666', -4.1],
    ['f4', false],
    ['f5', true],
    ['60', ''],
    ['6449455446', 'IETF'],
    ['62c3bc', 'ü'],
    ['c11a514b67b0', new Date('2013-03-21T20:04:00Z')],
    ['c1fb41d452d9ec200000', new Date('2013-03-21T20:04:00.500Z')],
    ['4401020304', bytes('01020304')],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
    ['a0', {}],
  ])('writes and reads %s', (hex, value) => {
    expect(encodeCbor(value).toString('hex')).toBe(hex);
    expect(decodeCbor(bytes(hex))).toEqual(value);
  });

  test.each([
    ['f90001', 2 ** -24],
    ['f93c00', 1],
    ['f9c400', -4],
    ['f97c00', Number.POSITIVE_INFINITY],
    ['f97e00', Number.NaN],
    ['fa47c35000', 100_000],
    ['5f42010243030405ff', bytes('0102030405')],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ['d818456449455446', bytes('6449455446')],
    ['f6', undefined],
  ])('reads %s, which others write', (hex, value) => {
    expect(decodeCbor(bytes(hex))).toEqual(value);
  });

  test('leaves absent members out', () => {
    expect(decodeCbor(encodeCbor({ a: undefined, b: null }))).toEqual({ b: undefined });
  });

  test.each([
    ['nothing', ''],
    ['two values', '0000'],
    ['text that ends too early', '6449'],
    ['a length beyond the end', '9b7fffffffffffffff'],
    ['a map whose value is missing', 'bf6161ff'],
    ['a map with a number for a key', 'a10001'],
    ['a reserved length', '1c'],
    ['a number without an end', '1f'],
    ['a break alone', 'ff'],
    ['a break in a list of known length', '82ff'],
    ['text made of bytes', '7f4101ff'],
    ['a time that is text', 'c16161'],
    ['a tag without a value', 'c1'],
  ])('refuses %s', (_, hex) => {
    expect(() => decodeCbor(bytes(hex))).toThrow(/^The request body is not valid CBOR: /);
  });
});
