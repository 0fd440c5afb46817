import { describe, expect, test } from '@jest/globals';
import { computeSignature, type SignedRequest } from '#lib/local-cloud/core/signature.ts';

const SIGNED_AT = '20150830T123600Z';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const headers = { host: 'example.amazonaws.com', 'x-amz-date': SIGNED_AT };
const aRequest = (said: Partial<SignedRequest>): SignedRequest => {
  return { method: 'GET', rawPath: '/', query: [], headers, body: Buffer.alloc(0), ...said };
};

// Requests and signatures of AWS's test suite for Signature Version 4.
describe('the signature of AWS', () => {
  test.each<[string, Partial<SignedRequest>, string]>([
    ['get-vanilla', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      'get-vanilla-query-order-key-case',
      {
        query: [
          ['Param2', 'value2'],
          ['Param1', 'value1'],
        ],
      },
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    ['post-vanilla', { method: 'POST' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'normalize-path get-slashes',
      { rawPath: '//example//' },
      '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
    ],
    [
      'normalize-path get-relative',
      { rawPath: '/example/..' },
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    ],
  ])('is computed for %s', (_, said, signature) => {
    const scope = '20150830/us-east-1/service/aws4_request';

    expect(
      computeSignature(aRequest(said), { scope, signedHeaders: ['host', 'x-amz-date'], signedAt: SIGNED_AT }, SECRET),
    ).toBe(signature);
  });
});
