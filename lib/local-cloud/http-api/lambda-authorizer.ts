import type { CloudContext, PolicyDocument } from '../core/service.ts';
import { type Exchange, forbidden, internalError, unauthorized } from './exchange.ts';
import { invokeLambda } from './invoke-lambda.ts';
import { proxyEventV1, proxyEventV2 } from './lambda-event.ts';
import type { Identity, LambdaAuthorizer } from './model.ts';
import { allowsInvoke } from './policy-decision.ts';
import { select } from './selection-expression.ts';

/** What an authorizer answered; it is this that the cache keeps, refusals too. */
interface Verdict {
  principalId?: string;
  context: Record<string, unknown> | null;
  allows(routeArn: string): boolean;
}

const TIMEOUT_MS = 10_000;
/** When more callers than this are known, those that have run out are forgotten. */
const CACHE_SWEEP_SIZE = 10_000;

/** Asks Lambda authorizers who calls, and remembers their answers by the values of their identity sources. */
export class LambdaAuthorizers {
  readonly #context: CloudContext;
  readonly #cache = new Map<string, { verdict: Verdict; expiresAtMs: number }>();

  constructor(context: CloudContext) {
    this.#context = context;
  }

  /** Rejects with 401 when an identity source is missing, with 403 when the authorizer says no. */
  async authorize(authorizer: LambdaAuthorizer, exchange: Exchange): Promise<Identity> {
    const sources = authorizer.identitySources.map((source) => select(source, exchange));
    if (sources.some((value) => value === undefined || value === '')) throw unauthorized();
    const routeArn = requestArn(this.#context, exchange);
    const verdict = await this.#verdict(authorizer, exchange, sources as string[]);
    if (!verdict.allows(routeArn)) throw forbidden();
    return {
      kind: 'lambda',
      ...(verdict.principalId && { principalId: verdict.principalId }),
      context: verdict.context,
    };
  }

  async #verdict(authorizer: LambdaAuthorizer, exchange: Exchange, sources: string[]): Promise<Verdict> {
    if (authorizer.ttlSeconds === 0 || sources.length === 0) return this.#ask(authorizer, exchange, sources);
    const key = JSON.stringify([exchange.api.apiId, exchange.stage.name, authorizer.authorizerId, ...sources]);
    const known = this.#cache.get(key);
    if (known && known.expiresAtMs > this.#context.clock.now()) return known.verdict;
    const verdict = await this.#ask(authorizer, exchange, sources);
    this.#remember(key, verdict, authorizer.ttlSeconds);
    return verdict;
  }

  #remember(key: string, verdict: Verdict, ttlSeconds: number): void {
    const now = this.#context.clock.now();
    if (this.#cache.size >= CACHE_SWEEP_SIZE) {
      for (const [old, { expiresAtMs }] of this.#cache) if (expiresAtMs <= now) this.#cache.delete(old);
    }
    this.#cache.set(key, { verdict, expiresAtMs: now + ttlSeconds * 1000 });
  }

  async #ask(authorizer: LambdaAuthorizer, exchange: Exchange, sources: string[]): Promise<Verdict> {
    const { payload, functionError } = await invokeLambda(this.#context, {
      exchange,
      uri: authorizer.uri,
      sourceArn: this.#context.account.arn(
        'execute-api',
        `${exchange.api.apiId}/authorizers/${authorizer.authorizerId}`,
      ),
      ...(authorizer.credentialsArn && { credentialsArn: authorizer.credentialsArn }),
      timeoutMs: TIMEOUT_MS,
      event: authorizerEvent(authorizer, exchange, sources, requestArn(this.#context, exchange)),
    }).catch((error) => {
      exchange.authorizerError = exchange.integration.error;
      exchange.integration = {};
      throw error.status === 503 ? internalError() : error;
    });
    if (functionError) throw refused(exchange, payload);
    return readVerdict(authorizer, exchange, payload);
  }
}

/** `arn:aws:execute-api:<region>:<account>:<api>/<stage>/GET/orders/1`: what policies speak about. */
export function requestArn(context: CloudContext, { api, stage, request, path }: Exchange): string {
  return context.account.arn('execute-api', `${api.apiId}/${stage.name}/${request.method}${path}`);
}

function authorizerEvent(
  { payloadVersion }: LambdaAuthorizer,
  exchange: Exchange,
  sources: string[],
  arn: string,
): Record<string, unknown> {
  const common = { type: 'REQUEST' };
  if (payloadVersion === '2.0') {
    const { version, ...event } = proxyEventV2(exchange);
    return { version, ...common, routeArn: arn, identitySource: sources.length > 0 ? sources : null, ...event };
  }
  const { version, ...event } = proxyEventV1(exchange);
  const identitySource = sources.join(',');
  return { version, ...common, methodArn: arn, identitySource, authorizationToken: identitySource, ...event };
}

function refused(exchange: Exchange, payload: string): Error {
  exchange.authorizerError = payload;
  const { errorMessage } = parseObject(payload) ?? {};
  return errorMessage === 'Unauthorized' ? unauthorized() : internalError();
}

function readVerdict(authorizer: LambdaAuthorizer, exchange: Exchange, payload: string): Verdict {
  const answer = parseObject(payload);
  const verdict =
    authorizer.simpleResponses && authorizer.payloadVersion === '2.0' ? simpleVerdict(answer) : policyVerdict(answer);
  if (verdict) return verdict;
  exchange.authorizerError = 'The authorizer returned an invalid response';
  throw internalError();
}

function simpleVerdict(answer: Record<string, unknown> | undefined): Verdict | undefined {
  if (typeof answer?.isAuthorized !== 'boolean') return undefined;
  const authorized = answer.isAuthorized;
  return { context: contextOf(answer), allows: () => authorized };
}

function policyVerdict(answer: Record<string, unknown> | undefined): Verdict | undefined {
  const policy = answer?.policyDocument as PolicyDocument | undefined;
  if (!answer || typeof answer.principalId !== 'string' || !policy?.Statement) return undefined;
  return {
    principalId: answer.principalId,
    context: contextOf(answer),
    allows: (routeArn) => allowsInvoke(policy, routeArn),
  };
}

function contextOf({ context }: Record<string, unknown>): Record<string, unknown> | null {
  return typeof context === 'object' && !Array.isArray(context) ? (context as Record<string, unknown> | null) : null;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
