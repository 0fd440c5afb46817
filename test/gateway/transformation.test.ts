import { describe, expect, test } from '@jest/globals';
import { answerToClient } from '#functions/gateway/answer-to-client.ts';
import { requestToService } from '#functions/gateway/request-to-service.ts';
import { aLiveRoute, anEvent } from './builders.ts';

const cause = {
  correlation_id: 'c1',
  causation_id: 'request-1',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
};
const caller = { user_id: 'jane', role: 'customer' } as const;

function toService(event = anEvent('GET', '/shop/items'), route = aLiveRoute(), parameters = {}) {
  return requestToService(event, { route, parameters }, { caller, cause });
}

describe('a request on its way to a service', () => {
  test('loses what belongs to the connection, and what Connection names', () => {
    const { headers } = toService(
      anEvent('GET', '/shop', {
        headers: {
          connection: 'close, X-Secret-Hop',
          'x-secret-hop': '1',
          'keep-alive': 'timeout=5',
          te: 'trailers',
          trailer: 'x',
          'transfer-encoding': 'chunked',
          upgrade: 'h2c',
          'proxy-authorization': 'Basic x',
          host: 'api.example.com',
          accept: 'text/html',
        },
      }),
    );

    const names = Object.keys(headers);
    expect(names).toContain('accept');
    for (const name of [
      'connection',
      'x-secret-hop',
      'keep-alive',
      'te',
      'trailer',
      'transfer-encoding',
      'upgrade',
      'host',
    ]) {
      expect(names).not.toContain(name);
    }
    expect(names).not.toContain('proxy-authorization');
  });

  test('says who calls and where from as we know it, not as the caller says it', () => {
    const { headers } = toService(
      anEvent('GET', '/shop', {
        headers: {
          'x-bazaar-user-id': 'admin',
          'x-bazaar-role': 'admin',
          x_bazaar_role: 'admin',
          'x-bazaar-anything': '1',
          'x-forwarded-for': '127.0.0.1, 192.0.2.7',
          x_forwarded_for: '127.0.0.1',
          'x-real-ip': '127.0.0.1',
          forwarded: 'for=127.0.0.1',
          'x-forwarded-proto': 'https',
        },
      }),
    );

    expect(headers).toEqual({
      'x-bazaar-user-id': 'jane',
      'x-bazaar-role': 'customer',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-host': 'api.example.com',
      'x-forwarded-proto': 'https',
      'x-correlation-id': 'c1',
      traceparent: cause.traceparent,
      via: '1.1 bazaar-gateway',
    });
  });

  test('keeps the token to the gateway unless the route passes it on', () => {
    const event = anEvent('GET', '/shop', { headers: { authorization: 'Bearer a.b.c' } });

    expect(toService(event).headers.authorization).toBeUndefined();
    expect(toService(event, aLiveRoute({ pass_token: true })).headers.authorization).toBe('Bearer a.b.c');
  });

  test('brings cookies, query and the headers of the route', () => {
    const event = anEvent('GET', '/shop', { cookies: ['a=1', 'b=2'], rawQueryString: 'q=a%20b&q=2' });
    const request = toService(event, aLiveRoute({ headers: [{ name: 'x-shop', value: 'one' }] }));

    expect(request.headers).toMatchObject({ cookie: 'a=1; b=2', 'x-shop': 'one' });
    expect(request.path).toBe('/shop?q=a%20b&q=2');
  });

  test('goes to the path that the route says', () => {
    const route = aLiveRoute({ path_pattern: '/shop/items/{id}', rewrite: '/v2/{id}/item' });

    expect(toService(anEvent('GET', '/shop/items/7'), route, { id: '7' }).path).toBe('/v2/7/item');
  });

  test('has no path that breaks the request line', () => {
    expect(toService(anEvent('GET', '/shop/ä b\r\nX: 1')).path).toBe('/shop/%C3%A4%20b%0D%0AX:%201');
    expect(toService(anEvent('GET', '/shop/a%20b%')).path).toBe('/shop/a%20b%25');
  });

  test('has its body as bytes', () => {
    const bytes = Buffer.from([0, 255, 1]);
    const binary = anEvent('POST', '/shop', { body: bytes.toString('base64'), isBase64Encoded: true });

    expect(toService(binary).body).toEqual(bytes);
    expect(toService(binary).headers['content-length']).toBe('3');
    expect(toService(anEvent('POST', '/shop', { body: 'ä' })).body).toEqual(Buffer.from('ä'));
    expect(toService().body).toBeUndefined();
  });

  test('is refused when it has been here before', () => {
    const again = anEvent('GET', '/shop', { headers: { via: '1.1 cdn, 1.1 bazaar-gateway' } });

    expect(() => toService(again)).toThrow(expect.objectContaining({ status: 508, code: 'LOOP_DETECTED' }));
  });
});

describe('an answer on its way to the client', () => {
  const answer = (headers: Record<string, string | string[]>, body: Buffer | string = '') =>
    answerToClient({ status: 200, headers, body: Buffer.from(body) });

  test('loses what belongs to the connection', () => {
    const { headers } = answer({
      connection: 'x-hop',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      'content-length': '2',
      etag: '"1"',
    });

    expect(headers).toEqual({ etag: '"1"', via: '1.1 bazaar-gateway' });
  });

  test('has each cookie in a header of its own', () => {
    const cookies = ['a=1; Expires=Mon, 22 Nov 2027 00:00:00 GMT', 'b=2'];

    expect(answer({ 'set-cookie': cookies })).toMatchObject({ cookies, headers: { via: '1.1 bazaar-gateway' } });
  });

  test('is text where it is text, and base64 where it is not', () => {
    const utf8 = { 'content-type': 'application/json; charset=utf-8' };
    const notUtf8 = Buffer.from([0xe4]);

    expect(answer(utf8, '{"a":"ä"}')).toMatchObject({ body: '{"a":"ä"}', isBase64Encoded: false });
    expect(answer(utf8, notUtf8)).toMatchObject({ body: notUtf8.toString('base64'), isBase64Encoded: true });
    expect(answer({ 'content-type': 'text/html; charset=iso-8859-1' }, 'a').isBase64Encoded).toBe(true);
    expect(answer({ 'content-type': 'application/json', 'content-encoding': 'gzip' }, 'a').isBase64Encoded).toBe(true);
    expect(answer({ 'content-type': 'image/png' }, 'a').isBase64Encoded).toBe(true);
  });

  test('is refused when Lambda could not return it', () => {
    const refusal = expect.objectContaining({ status: 502, code: 'BAD_GATEWAY' });
    const text = { 'content-type': 'text/plain' };

    expect(() => answer(text, 'x'.repeat(6 * 1024 * 1024))).toThrow(refusal);
    expect(() => answer(text, '"'.repeat(4 * 1024 * 1024))).toThrow(refusal);
    expect(() => answer({}, 'x'.repeat(5 * 1024 * 1024))).toThrow(refusal);
  });
});
