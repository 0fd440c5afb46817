import { AwsError } from '../core/aws-error.ts';
import type { CloudContext, Physical, Resource, ResourceType } from '../core/service.ts';
import { generatePassword, type PasswordOptions } from './password.ts';
import type { SecretStore } from './secret-store.ts';

interface GenerateSecretString extends PasswordOptions {
  GenerateStringKey?: string;
  /** A JSON object that the generated password is put into, under the key above. */
  SecretStringTemplate?: string;
}

/** The resource types of Secrets Manager. Rotation and replicas are refused by the absence of their properties. */
export function secretResourceTypes({ clock, iam }: CloudContext, store: SecretStore): ResourceType[] {
  return [
    {
      type: 'AWS::SecretsManager::Secret',
      properties: {
        Description: true,
        GenerateSecretString: {
          ExcludeCharacters: true,
          ExcludeLowercase: true,
          ExcludeNumbers: true,
          ExcludePunctuation: true,
          ExcludeUppercase: true,
          GenerateStringKey: true,
          IncludeSpace: true,
          PasswordLength: true,
          RequireEachIncludedType: true,
          SecretStringTemplate: true,
        },
        KmsKeyId: 'local secrets are not encrypted',
        Name: true,
        SecretString: true,
        Tags: true,
      },
      create: (resource) => createSecret(resource, store, clock.now()),
    },
    {
      type: 'AWS::SecretsManager::ResourcePolicy',
      properties: {
        BlockPublicPolicy: 'there is no public to block',
        ResourcePolicy: true,
        SecretId: true,
      },
      create: ({ properties }) => {
        const { arn } = store.get(properties.SecretId);
        iam.attachResourcePolicy(arn, properties.ResourcePolicy);
        return { ref: arn };
      },
    },
  ];
}

function createSecret(resource: Resource, store: SecretStore, nowMs: number): Physical {
  const { properties } = resource;
  const name: string = properties.Name ?? resource.generatedName();
  const kept = store.claim(name);
  if (kept) return identity(kept.arn);

  const secret = store.create({ name, description: properties.Description, tags: properties.Tags ?? [] }, nowMs);
  store.putVersion(secret, { text: initialText(properties) }, nowMs);
  return identity(secret.arn);
}

function identity(arn: string): Physical {
  return { ref: arn, attributes: { Id: arn } };
}

function initialText({ SecretString, GenerateSecretString }: Resource['properties']): string {
  if (SecretString !== undefined) return String(SecretString);
  const { SecretStringTemplate, GenerateStringKey, ...options }: GenerateSecretString = GenerateSecretString ?? {};
  const password = generatePassword(options);
  if (SecretStringTemplate === undefined && GenerateStringKey === undefined) return password;
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) {
    const message = 'GenerateSecretString needs SecretStringTemplate and GenerateStringKey together.';
    throw new AwsError('InvalidParameterException', message);
  }
  return JSON.stringify({ ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: password });
}
