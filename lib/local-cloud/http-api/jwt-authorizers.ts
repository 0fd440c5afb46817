import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { CloudContext } from '../core/service.ts';
import { type Exchange, forbidden, unauthorized } from './exchange.ts';
import type { Identity, JwtAuthorizer } from './model.ts';
import { select } from './selection-expression.ts';

/** API Gateway's JWT authorizers know no others: a token signed with ES256 needs a Lambda authorizer. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/** Verifies bearer tokens against the keys that their issuer publishes. */
export class JwtAuthorizers {
  readonly #context: CloudContext;
  readonly #keys = new Map<string, JWTVerifyGetKey>();

  constructor(context: CloudContext) {
    this.#context = context;
  }

  /** Rejects with 401 for a token that is missing or does not hold, with 403 for one without a scope of the route. */
  async authorize(authorizer: JwtAuthorizer, exchange: Exchange): Promise<Identity> {
    const token = select(authorizer.identitySource, exchange)?.replace(/^bearer /i, '');
    if (!token) throw unauthorized({ 'www-authenticate': 'Bearer' });
    const claims = await this.#verify(authorizer, exchange, token);
    const scopes = allowedScopes(exchange.route?.scopes ?? [], claims);
    return { kind: 'jwt', claims: stringClaims(claims), scopes };
  }

  async #verify(authorizer: JwtAuthorizer, exchange: Exchange, token: string): Promise<JWTPayload> {
    try {
      const keys = await this.#keysOf(authorizer.issuer);
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ALGORITHMS,
        issuer: authorizer.issuer,
        currentDate: new Date(this.#context.clock.now()),
      });
      if (!isForAudience(payload, authorizer.audience)) throw new Error('the token has the wrong audience');
      return payload;
    } catch (error) {
      exchange.authorizerError = error instanceof Error ? error.message : String(error);
      throw unauthorized({ 'www-authenticate': challenge(error) });
    }
  }

  async #keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    const known = this.#keys.get(issuer);
    if (known) return known;
    const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const { jwks_uri: jwksUri } = (await answer.json()) as { jwks_uri?: string };
    if (!answer.ok || !jwksUri) throw new Error(`${issuer} publishes no OpenID configuration with a jwks_uri`);
    const keys = createRemoteJWKSet(new URL(jwksUri));
    this.#keys.set(issuer, keys);
    return keys;
  }
}

/** `client_id` counts only in tokens without `aud`. */
function isForAudience({ aud, client_id: clientId }: JWTPayload, audience: string[]): boolean {
  const named = aud === undefined ? [clientId] : [aud].flat();
  return named.some((name) => audience.includes(String(name)));
}

/** A route with scopes asks for at least one of them. */
function allowedScopes(required: string[], claims: JWTPayload): string[] | null {
  if (required.length === 0) return null;
  const granted = [claims.scope ?? claims.scp ?? []].flat().flatMap((scope) => String(scope).split(' '));
  const scopes = required.filter((scope) => granted.includes(scope));
  if (scopes.length > 0) return scopes;
  const header = `Bearer scope="${required.join(' ')}" error="insufficient_scope"`;
  throw forbidden({ 'www-authenticate': header });
}

function challenge(error: unknown): string {
  const description = error instanceof errors.JWTExpired ? 'the token has expired' : 'the token is invalid';
  return `Bearer scope="" error="invalid_token" error_description="${description}"`;
}

/** Claims reach the integration as strings; lists as `[a b]`. */
function stringClaims(claims: JWTPayload): Record<string, string> {
  const entries = Object.entries(claims).map(([name, value]) => [name, claimText(value)]);
  return Object.fromEntries(entries);
}

function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.join(' ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
