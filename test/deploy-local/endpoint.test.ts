import { describe, expect, test } from '@jest/globals';
import { endpointOf, environmentFor } from '#bin/deploy-local/endpoint.ts';

describe('the endpoint to deploy to', () => {
  test('has to be named', () => {
    expect(() => endpointOf({})).toThrow(/AWS_ENDPOINT_URL is not set/);
    expect(() => endpointOf({ AWS_ENDPOINT_URL: '' })).toThrow(/AWS_ENDPOINT_URL is not set/);
  });

  test.each([
    'https://amazonaws.com',
    'https://sts.us-east-1.amazonaws.com',
    'https://STS.us-east-1.AmazonAWS.com./',
    'https://sts.cn-north-1.amazonaws.com.cn',
    'https://sts.eusc-de-east-1.amazonaws.eu',
    'https://dynamodb.us-east-1.api.aws:443',
    'https://abcdefghij.lambda-url.us-east-1.on.aws',
    'http://user:secret@sqs.eu-west-1.amazonaws.com',
    'https://sts.us-iso-east-1.c2s.ic.gov',
  ])('is not %s, which is AWS', (AWS_ENDPOINT_URL) => {
    expect(() => endpointOf({ AWS_ENDPOINT_URL })).toThrow(/which is AWS/);
  });

  test.each(['127.0.0.1:4566', 'localhost:4566', 'ftp://127.0.0.1', 'yes'])('is not "%s", which is no URL', (url) => {
    expect(() => endpointOf({ AWS_ENDPOINT_URL: url })).toThrow(/has to be a URL/);
  });

  test.each([
    ['http://127.0.0.1:4566', 'http://127.0.0.1:4566/'],
    ['http://localstack:4566', 'http://localstack:4566/'],
    ['http://notamazonaws.com:4566', 'http://notamazonaws.com:4566/'],
    // Buckets come before the name of a host, not before an address: bucket.localhost is unknown to many machines.
    ['http://localhost:4566', 'http://127.0.0.1:4566/'],
  ])('may be %s', (AWS_ENDPOINT_URL, endpoint) => {
    expect(endpointOf({ AWS_ENDPOINT_URL }).href).toBe(endpoint);
  });
});

describe('the environment of the CDK CLI', () => {
  const endpoint = new URL('http://127.0.0.1:4566');

  test('has invented credentials, whatever there are', () => {
    const env = environmentFor(endpoint, {
      PATH: '/bin',
      AWS_ACCESS_KEY_ID: 'AKIAREAL',
      AWS_SECRET_ACCESS_KEY: 'real',
      AWS_SESSION_TOKEN: 'real',
      AWS_PROFILE: 'work',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
    });

    expect(env).toMatchObject({ PATH: '/bin', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_WEB_IDENTITY_TOKEN_FILE'])
      expect(env).not.toHaveProperty(name);
  });

  test('leads nowhere else', () => {
    const env = environmentFor(endpoint, {
      AWS_ENDPOINT_URL_S3: 'https://s3.us-east-1.amazonaws.com',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_CONFIG_FILE: '/home/jane/.aws/config',
      CDK_DEFAULT_ACCOUNT: '123456789012',
    });

    expect(env.AWS_ENDPOINT_URL).toBe('http://127.0.0.1:4566');
    expect(env).not.toHaveProperty('AWS_ENDPOINT_URL_S3');
    expect(env).not.toHaveProperty('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS');
    expect(env).not.toHaveProperty('CDK_DEFAULT_ACCOUNT');
    expect(env.AWS_CONFIG_FILE).not.toContain('jane');
  });
});
