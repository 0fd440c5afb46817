import { type AwsApi, OPERATOR } from '../core/service.ts';
import { isObject, TemplateError } from './template.ts';

const DYNAMIC_REFERENCE = /\{\{resolve:([a-z-]+):([^}]+)\}\}/g;

/** Replaces `{{resolve:ssm:...}}` and `{{resolve:secretsmanager:...}}` in every string of a value. */
export async function resolveDynamicReferences(value: unknown, api: AwsApi): Promise<unknown> {
  if (typeof value === 'string') return value.includes('{{resolve:') ? resolveText(value, api) : value;
  if (Array.isArray(value)) return Promise.all(value.map((element) => resolveDynamicReferences(element, api)));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(async ([key, part]) => [key, await resolveDynamicReferences(part, api)]);
  return Object.fromEntries(await Promise.all(entries));
}

/** The names that the text of a template reads from the Parameter Store, without their versions. */
export function ssmNamesIn(text: string): string[] {
  const references = [...text.matchAll(DYNAMIC_REFERENCE)].filter(([, service = '']) => service.startsWith('ssm'));
  return references.map(([, , reference = '']) => reference.split(':')[0] as string);
}

async function resolveText(text: string, api: AwsApi): Promise<string> {
  let resolved = text;
  for (const [whole, service = '', reference = ''] of text.matchAll(DYNAMIC_REFERENCE)) {
    const value = await read(service, reference, api).catch((cause: Error) => {
      throw new TemplateError(`${whole} cannot be resolved: ${cause.message}`, { cause });
    });
    resolved = resolved.replace(whole, () => value);
  }
  return resolved;
}

function read(service: string, reference: string, api: AwsApi): Promise<string> {
  if (service === 'ssm' || service === 'ssm-secure') return readParameter(reference, api);
  if (service === 'secretsmanager') return readSecret(reference, api);
  return Promise.reject(new Error(`the service ${service} has no dynamic references`));
}

/** `name` or `name:version`, as GetParameter takes it. */
async function readParameter(reference: string, api: AwsApi): Promise<string> {
  const input = { Name: reference, WithDecryption: true };
  const output = await api.call<{ Parameter: { Value: string } }>('ssm', 'GetParameter', input, { caller: OPERATOR });
  return output.Parameter.Value;
}

/** `secret-id:SecretString:json-key:version-stage:version-id`; all but the id may be left out. */
async function readSecret(reference: string, api: AwsApi): Promise<string> {
  // An ARN has six colons of its own.
  const [, secretId = '', rest = ''] = /^(arn(?::[^:]*){6}|[^:]+):?(.*)$/.exec(reference) ?? [];
  const [, key, versionStage, versionId] = rest.split(':');
  const input = {
    SecretId: secretId,
    ...(versionStage && { VersionStage: versionStage }),
    ...(versionId && { VersionId: versionId }),
  };
  const caller = { caller: OPERATOR };
  const { SecretString } = await api.call<{ SecretString: string }>('secretsmanager', 'GetSecretValue', input, caller);
  if (!key) return SecretString;
  const value = keysOf(SecretString)[key];
  if (value === undefined) throw new Error(`the secret has no key ${key}`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function keysOf(secret: string): Record<string, unknown> {
  try {
    return JSON.parse(secret);
  } catch (cause) {
    // The parser's own message quotes the secret, so that it may not be the sentence that is shown.
    throw new Error('the secret is not JSON', { cause });
  }
}
