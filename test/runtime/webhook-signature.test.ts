import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { isSigned, signatureOf } from '#lib/runtime/webhook-signature.ts';

const now = new Date('2026-11-22T12:00:00Z');
const body = '{"event_id":"evt_1"}';
const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

describe('the signature of a webhook', () => {
  test('is the time and an HMAC over the time and the body', () => {
    const seconds = now.getTime() / 1_000;
    const mac = createHmac('sha256', 'secret').update(`${seconds}.${body}`).digest('hex');

    expect(signatureOf(body, ['secret'], now)).toBe(`t=${seconds},v1=${mac}`);
  });

  test('is good for the same bytes and the same secret', () => {
    const signature = signatureOf(body, ['secret'], now);

    expect(isSigned({ body: Buffer.from(body), signature }, ['secret'], now)).toBe(true);
    expect(isSigned({ body: `${body} `, signature }, ['secret'], now)).toBe(false);
    expect(isSigned({ body, signature }, ['other'], now)).toBe(false);
  });

  test.each([
    [300, true],
    [301, false],
    [-300, true],
    [-301, false],
  ])('that is %i s old is good: %s', (seconds, isGood) => {
    const signature = signatureOf(body, ['secret'], now);

    expect(isSigned({ body, signature }, ['secret'], later(seconds))).toBe(isGood);
  });

  test('cannot be given a new time', () => {
    const [, mac] = signatureOf(body, ['secret'], now).split(',');
    const then = later(600);

    expect(isSigned({ body, signature: `t=${then.getTime() / 1_000},${mac}` }, ['secret'], then)).toBe(false);
  });

  test.each([
    ['sender knows the new one already', ['new', 'old'], ['old']],
    ['sender knows only the old one', ['old'], ['new', 'old']],
    ['both know both', ['new', 'old'], ['new', 'old']],
  ])('is good while the secret is changed: %s', (_, signing, accepted) => {
    expect(isSigned({ body, signature: signatureOf(body, signing, now) }, accepted, now)).toBe(true);
  });

  test.each([
    undefined,
    '',
    't=',
    't=1',
    'v1=00',
    't=x,v1=00',
    `t=${now.getTime() / 1_000}`,
    `t=${now.getTime() / 1_000},v1=`,
    `t=${now.getTime() / 1_000},v1=zz,v0=00`,
  ])('%s is none', (signature) => {
    expect(isSigned({ body, signature }, ['secret'], now)).toBe(false);
  });
});
