import { requiredEnv } from '#lib/runtime/config.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { ok } from '#lib/runtime/http/response.ts';
import { GetOpenidConfiguration } from './user-api.ts';

export const handler = httpHandler(GetOpenidConfiguration, async () => {
  const issuer = requiredEnv('TOKEN_ISSUER');
  const configuration = {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: `${issuer}/api/v1/auth/login`,
    id_token_signing_alg_values_supported: ['ES256'],
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
    claims_supported: ['iss', 'aud', 'sub', 'role', 'iat', 'exp', 'jti'],
  };
  return ok(configuration, { 'cache-control': 'public, max-age=3600' });
});
