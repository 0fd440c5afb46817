import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { send } from '#lib/runtime/http/http-client.ts';
import { AddressPolicy } from '#lib/runtime/outbound/address-policy.ts';
import { getJson } from '#lib/runtime/outbound/get-json.ts';
import { AnsweringServer } from '../setup/answering-server.ts';

const loopback = new AddressPolicy(['127.0.0.0/8', '::1/128']);
const nothingPrivate = new AddressPolicy();
/** More than 6 MiB. */
const TOO_MUCH = 'x'.repeat(6 * 1024 * 1024);

let server: AnsweringServer;

beforeEach(async () => {
  server = await new AnsweringServer().start();
});

afterEach(() => server.stop());

const aPost = (rest = {}) => send({ method: 'POST', url: server.url, body: '{}', timeoutMs: 60_000, ...rest });
const aGet = () => getJson(new URL(server.url), { headers: {}, signal: AbortSignal.timeout(60_000) });

describe('an answer of somebody else', () => {
  test('is not read any further when it is too large', async () => {
    server.answers([200, { text: TOO_MUCH }]);

    await expect(aPost()).rejects.toMatchObject({ name: 'NotAnswered' });
    await expect(aGet()).rejects.toThrow('more than 6291456 bytes');
  });

  test('is read whole otherwise', async () => {
    server.answers([200, { text: 'é' }]);

    expect((await aPost()).body).toBe('{"text":"é"}');
    expect((await aGet()).body).toEqual({ text: 'é' });
  });
});

describe('a request to a place that somebody else names', () => {
  test('is not sent where only we get', async () => {
    await expect(aPost({ policy: nothingPrivate })).rejects.toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' });
    await expect(aPost({ policy: nothingPrivate, url: 'http://169.254.169.254/' })).rejects.toMatchObject({
      status: 422,
    });
    expect(server.requests).toEqual([]);
  });

  test('is sent where the policy allows it', async () => {
    server.answers([200]);

    expect((await aPost({ policy: loopback })).status).toBe(200);
  });
});
