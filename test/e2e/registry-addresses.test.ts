import { describe, expect, test } from '@jest/globals';
import { shop } from '../setup/end-to-end.ts';
import { expectProblem } from '../setup/expect-problem.ts';
import type { Answer, Json } from '../setup/shop.ts';

const anInstance = (said: Json): Json => shop.anInstance(said);
const register = (instance: Json): Promise<Answer> => shop.registerInstance(instance);

describe('a place that only we can reach', () => {
  test.each([
    '169.254.169.254',
    '10.0.0.1',
    '192.168.1.1',
    '0.0.0.0',
    'fd00:ec2::254',
    'fe80::1',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
  ])('is refused: %s', async (host) => {
    const inUrl = host.includes(':') ? `[${host}]` : host;

    expectProblem(await register(anInstance({ host })), 422, 'ADDRESS_NOT_ALLOWED');
    const health_check_url = `http://${inUrl}/latest/meta-data/`;
    expectProblem(await register(anInstance({ health_check_url })), 422, 'ADDRESS_NOT_ALLOWED');
  });

  test.each(['http://2852039166/', 'http://0xa9.0xfe.0xa9.0xfe/', 'http://0251.0376.0251.0376/'])(
    'is refused however it is written: %s',
    async (health_check_url) => {
      expectProblem(await register(anInstance({ health_check_url })), 422, 'ADDRESS_NOT_ALLOWED');
    },
  );

  test.each([
    ['health_check_url', { health_check_url: 'http://user:secret@example.com/' }],
    ['host', { host: 'example.com/path' }],
    ['host', { host: '2130706433' }],
  ])('cannot hide in %s %j', async (field, wrong) => {
    const answer = await register(anInstance(wrong));

    expectProblem(answer, 400, 'VALIDATION_FAILED');
    expect(answer.body.errors).toMatchObject([{ field }]);
  });
});
