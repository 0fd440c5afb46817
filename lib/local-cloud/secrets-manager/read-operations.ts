import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import { generatePassword, type PasswordOptions } from './password.ts';
import type { Secret, SecretStore } from './secret-store.ts';

interface GetSecretValueInput {
  SecretId: string;
  VersionId?: string;
  VersionStage?: string;
}

interface ListSecretsInput {
  MaxResults?: number;
  NextToken?: string;
}

// AWS's page size when the caller asks for none.
const LIST_PAGE = 100;

/** The actions that read secrets. */
export function readOperations(store: SecretStore): Record<string, AnyOperation> {
  const ofSecret = ({ SecretId }: { SecretId: string }) => [store.resourceArn(SecretId)];

  const getSecretValue: Operation<GetSecretValueInput> = {
    requires: ['SecretId'],
    accepts: { SecretId: true, VersionId: true, VersionStage: true },
    resources: ofSecret,
    run: ({ SecretId, VersionId, VersionStage }) => {
      const secret = store.get(SecretId);
      const version = store.version(secret, { id: VersionId, stage: VersionStage });
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        SecretString: version.text,
        SecretBinary: version.binary,
        VersionStages: version.stages,
        CreatedDate: new Date(version.createdAtMs),
      };
    },
  };

  const describeSecret: Operation<{ SecretId: string }> = {
    requires: ['SecretId'],
    accepts: { SecretId: true },
    resources: ofSecret,
    run: ({ SecretId }) => {
      const secret = store.get(SecretId);
      return { ...describe(secret), VersionIdsToStages: stagesById(secret) };
    },
  };

  const listSecretVersionIds: Operation<{ SecretId: string }> = {
    requires: ['SecretId'],
    accepts: { SecretId: true, IncludeDeprecated: 'versions without a stage are not kept' },
    resources: ofSecret,
    run: ({ SecretId }) => {
      const secret = store.get(SecretId);
      const Versions = secret.versions.map(({ id, stages, createdAtMs }) => ({
        VersionId: id,
        VersionStages: stages,
        CreatedDate: new Date(createdAtMs),
      }));
      return { ARN: secret.arn, Name: secret.name, Versions };
    },
  };

  const listSecrets: Operation<ListSecretsInput> = {
    accepts: { MaxResults: true, NextToken: true },
    resources: () => ['*'],
    run: ({ MaxResults = LIST_PAGE, NextToken }) => {
      const kept = store.all().filter((secret) => secret.deletedAtMs === undefined);
      const { items, nextToken } = page(kept, MaxResults, NextToken);
      const secrets = items.map((secret) => ({ ...describe(secret), SecretVersionsToStages: stagesById(secret) }));
      return { SecretList: secrets, NextToken: nextToken };
    },
  };

  const getRandomPassword: Operation<PasswordOptions> = {
    accepts: {
      ExcludeCharacters: true,
      ExcludeLowercase: true,
      ExcludeNumbers: true,
      ExcludePunctuation: true,
      ExcludeUppercase: true,
      IncludeSpace: true,
      PasswordLength: true,
      RequireEachIncludedType: true,
    },
    resources: () => ['*'],
    run: (options) => ({ RandomPassword: generatePassword(options) }),
  };

  return {
    GetSecretValue: getSecretValue,
    DescribeSecret: describeSecret,
    ListSecretVersionIds: listSecretVersionIds,
    ListSecrets: listSecrets,
    GetRandomPassword: getRandomPassword,
  };
}

function describe(secret: Secret): Record<string, unknown> {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    Tags: secret.tags,
    CreatedDate: new Date(secret.createdAtMs),
    LastChangedDate: new Date(secret.changedAtMs),
  };
}

function stagesById(secret: Secret): Record<string, string[]> {
  return Object.fromEntries(secret.versions.map((version) => [version.id, version.stages]));
}
