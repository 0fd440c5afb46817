import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { recognize } from '#bin/deploy-local/emulator.ts';
import { AnsweringServer } from '../setup/answering-server.ts';

const CALLER = '<GetCallerIdentityResult><Account>000000000000</Account></GetCallerIdentityResult>';

describe('what answers at the endpoint', () => {
  let server: AnsweringServer;
  beforeEach(async () => {
    server = await new AnsweringServer().start();
  });
  afterEach(() => server.stop());

  /** An emulator that has this page, if any, and asks for no credentials. */
  function emulates(page?: string): void {
    server.answers(({ method, url }) => (method === 'POST' ? [200, CALLER] : [url === page ? 200 : 404]));
  }

  test.each([
    ['MiniStack', '/_ministack/health'],
    ['LocalStack', '/_localstack/health'],
    ['an emulator', undefined],
  ])('is %s, by its page', async (name, page) => {
    emulates(page);

    expect(await recognize(new URL(server.url))).toMatchObject({ name, account: '000000000000' });
  });

  test('is refused when it is npm start, which has no use for it', async () => {
    emulates('/_bazaar/health');

    await expect(recognize(new URL(server.url))).rejects.toThrow(/"npm start", which hosts the templates by itself/);
  });

  test('is refused when it wants real credentials, as AWS does behind any name', async () => {
    server.answers(({ method }) => [method === 'POST' ? 403 : 404]);

    await expect(recognize(new URL(server.url))).rejects.toThrow(
      /does not answer sts:GetCallerIdentity \(status 403\)/,
    );
  });

  test('is missed when there is nothing', async () => {
    await server.stop();

    await expect(recognize(new URL(server.url))).rejects.toThrow(/Nothing answers at AWS_ENDPOINT_URL/);
  });
});
