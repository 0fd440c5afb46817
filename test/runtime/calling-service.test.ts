import { describe, expect, test } from '@jest/globals';
import { callingService } from '#lib/runtime/auth/calling-service.ts';
import { anEvent } from '../gateway/builders.ts';

const USER_ARN = 'arn:aws:sts::111122223333:assumed-role/Bazaar-dev-User-GetUserServiceRole/Bazaar-dev-User-GetUser';

/** A request as API Gateway gives it to a function, with what it has found out about the caller. */
const eventWith = (authorizer?: object) => {
  const event = anEvent('GET', '/internal/v1/orders/user/u1', { headers: { 'x-bazaar-service': 'order' } });
  return { ...event, requestContext: { ...event.requestContext, authorizer } as typeof event.requestContext };
};

describe('the service that calls', () => {
  test('is the role that API Gateway names', () => {
    const iam = { accessKey: 'ASIA', accountId: '111122223333', userArn: USER_ARN };

    expect(callingService(eventWith({ iam }))).toBe('Bazaar-dev-User-GetUserServiceRole');
  });

  test.each([[undefined], [{}], [{ jwt: { claims: {} } }], [{ lambda: { userArn: USER_ARN } }]])(
    'is nobody where IAM has not been asked: %j',
    (authorizer) => {
      expect(callingService(eventWith(authorizer))).toBeUndefined();
    },
  );
});
