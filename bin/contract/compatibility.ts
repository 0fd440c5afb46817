import type { AsyncApi } from './asyncapi.ts';
import { METHODS, type OpenApi, type OpenApiOperation, type OpenApiParameter } from './openapi-document.ts';
import { notWithin } from './schema-compatibility.ts';

/**
 * What a client of the old contract can no longer rely on, one line for each; none if the new one only adds. Works for
 * OpenAPI and for AsyncAPI documents.
 */
export function breakingChanges<Contract extends OpenApi | AsyncApi>(old: Contract, now: Contract): string[] {
  return isAsync(old) ? brokenEvents(old, now as AsyncApi) : brokenOperations(old, now as OpenApi);
}

function isAsync(contract: OpenApi | AsyncApi): contract is AsyncApi {
  return 'asyncapi' in contract;
}

/** An event may say more than before, never less: whoever knows the old one must be able to read it. */
function brokenEvents(old: AsyncApi, now: AsyncApi): string[] {
  return Object.entries(old.components.messages).flatMap(([name, message]) => {
    const successor = now.components.messages[name];
    if (!successor) return [`${message.name} (${name}): is no longer published`];
    const renamed = message.name === successor.name ? [] : [`${message.name}: is now ${successor.name}`];
    const [payload, was] = [successor.payload, message.payload];
    return [...renamed, ...notWithin({ schema: payload, document: now }, { schema: was, document: old }, message.name)];
  });
}

interface Change {
  was: OpenApiOperation;
  is: OpenApiOperation;
  wasIn: OpenApi;
  isIn: OpenApi;
  /** Such as `GET /api/v1/orders`. */
  where: string;
}

function brokenOperations(wasIn: OpenApi, isIn: OpenApi): string[] {
  return Object.entries(wasIn.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const [was, is, where] = [item[method], isIn.paths[path]?.[method], `${method.toUpperCase()} ${path}`];
      if (!was) return [];
      return is ? brokenOperation({ was, is, wasIn, isIn, where }) : [`${where}: is gone`];
    }),
  );
}

function brokenOperation(change: Change): string[] {
  return [...brokenAccess(change), ...brokenParameters(change), ...brokenBody(change), ...brokenAnswers(change)];
}

function brokenAccess({ was, is, where }: Change): string[] {
  const rank = ({ security: [requirement] }: OpenApiOperation) => (requirement ? 1 + requirement.bearer.length : 0);
  return rank(is) > rank(was) ? [`${where}: is open to fewer callers`] : [];
}

function brokenParameters({ was, is, wasIn, isIn, where }: Change): string[] {
  const before = was.parameters ?? [];
  const sameAs = (one: OpenApiParameter) => (other: OpenApiParameter) => one.name === other.name && one.in === other.in;
  const broken = before.flatMap((parameter) => {
    const successor = is.parameters?.find(sameAs(parameter));
    if (!successor) return parameter.in === 'query' ? [`${where} ?${parameter.name}: is not taken`] : [];
    const place = `${where} ${parameter.name}`;
    const required = successor.required && !parameter.required ? [`${place}: is now required`] : [];
    return [...required, ...notWithin(schemaOf(parameter, wasIn), schemaOf(successor, isIn), place)];
  });
  const added = (is.parameters ?? []).filter(({ required }) => required).filter((one) => !before.some(sameAs(one)));
  return [...broken, ...added.map(({ name }) => `${where} ${name}: is now required`)];
}

function brokenBody({ was, is, wasIn, isIn, where }: Change): string[] {
  if (!is.requestBody) return [];
  if (!was.requestBody) return [`${where} body: is now required`];
  return Object.entries(was.requestBody.content).flatMap(([type, media]) => {
    const successor = is.requestBody?.content[type];
    if (!successor) return [`${where} body: is no longer taken as ${type}`];
    return notWithin(schemaOf(media, wasIn), schemaOf(successor, isIn), `${where} body`);
  });
}

/** Problems are left out: any route may get new ones, and clients have to expect that. */
function brokenAnswers({ was, is, wasIn, isIn, where }: Change): string[] {
  const answers = Object.entries(was.responses).filter(([status]) => status < '400');
  return answers.flatMap(([status, { content = {}, headers = {} }]) => {
    const successor = is.responses[status];
    if (!successor) return [`${where} ${status}: is no longer answered`];
    const lost = Object.keys(headers).filter((name) => !successor.headers?.[name]);
    const bodies = Object.entries(content).flatMap(([type, media]) => {
      const now = successor.content?.[type];
      if (!now) return [`${where} ${status}: is no longer answered in ${type}`];
      return notWithin(schemaOf(now, isIn), schemaOf(media, wasIn), `${where} ${status}`);
    });
    return [...lost.map((name) => `${where} ${status}: has no ${name} header`), ...bodies];
  });
}

function schemaOf({ schema }: { schema: object }, document: object) {
  return { schema, document };
}
