import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { AnyOperation, Operation, PropertyShape } from '../core/service.ts';
import type { Secret, SecretContent, SecretStore } from './secret-store.ts';

interface ContentInput {
  SecretString?: string;
  SecretBinary?: string | Uint8Array;
  ClientRequestToken?: string;
}

interface CreateSecretInput extends ContentInput {
  Name: string;
  Description?: string;
  Tags?: Secret['tags'];
}

interface PutSecretValueInput extends ContentInput {
  SecretId: string;
  VersionStages?: string[];
}

interface UpdateSecretInput extends ContentInput {
  SecretId: string;
  Description?: string;
}

interface DeleteSecretInput {
  SecretId: string;
  ForceDeleteWithoutRecovery?: boolean;
}

const CONTENT: PropertyShape = { SecretString: true, SecretBinary: true, ClientRequestToken: true };
const NOT_ENCRYPTED = 'local secrets are not encrypted';

/** The actions that change secrets. */
export function writeOperations(store: SecretStore, clock: Clock): Record<string, AnyOperation> {
  const ofSecret = ({ SecretId }: { SecretId: string }) => [store.resourceArn(SecretId)];

  const createSecret: Operation<CreateSecretInput> = {
    requires: ['Name'],
    accepts: { ...CONTENT, Name: true, Description: true, Tags: true, KmsKeyId: NOT_ENCRYPTED },
    resources: ({ Name }) => [store.arnOf(Name)],
    run: ({ Name, Description, Tags = [], ...content }) => {
      const secret = store.create({ name: Name, description: Description, tags: Tags }, clock.now());
      if (!hasContent(content)) return answer(secret);
      return answer(secret, store.putVersion(secret, readContent(content), clock.now()).id);
    },
  };

  const putSecretValue: Operation<PutSecretValueInput> = {
    requires: ['SecretId'],
    accepts: { ...CONTENT, SecretId: true, VersionStages: true },
    resources: ofSecret,
    run: ({ SecretId, VersionStages, ...content }) => {
      const secret = store.get(SecretId);
      const version = store.putVersion(secret, { ...readContent(content), stages: VersionStages }, clock.now());
      return { ...answer(secret, version.id), VersionStages: version.stages };
    },
  };

  const updateSecret: Operation<UpdateSecretInput> = {
    requires: ['SecretId'],
    accepts: { ...CONTENT, SecretId: true, Description: true, KmsKeyId: NOT_ENCRYPTED },
    resources: ofSecret,
    run: ({ SecretId, Description, ...content }) => {
      const secret = store.get(SecretId);
      if (Description !== undefined) store.change(secret, { description: Description }, clock.now());
      if (!hasContent(content)) return answer(secret);
      return answer(secret, store.putVersion(secret, readContent(content), clock.now()).id);
    },
  };

  const deleteSecret: Operation<DeleteSecretInput> = {
    requires: ['SecretId'],
    accepts: {
      SecretId: true,
      ForceDeleteWithoutRecovery: true,
      RecoveryWindowInDays: 'deleted secrets are not restored',
    },
    resources: ofSecret,
    run: ({ SecretId, ForceDeleteWithoutRecovery }) => {
      const secret = store.get(SecretId);
      const nowMs = clock.now();
      if (ForceDeleteWithoutRecovery) store.remove(secret);
      else store.change(secret, { deletedAtMs: nowMs }, nowMs);
      return { ...answer(secret), DeletionDate: new Date(nowMs) };
    },
  };

  return {
    CreateSecret: createSecret,
    PutSecretValue: putSecretValue,
    UpdateSecret: updateSecret,
    DeleteSecret: deleteSecret,
  };
}

function hasContent({ SecretString, SecretBinary }: ContentInput): boolean {
  return SecretString !== undefined || SecretBinary !== undefined;
}

function readContent({ SecretString, SecretBinary, ClientRequestToken }: ContentInput): SecretContent {
  if ((SecretString === undefined) === (SecretBinary === undefined)) {
    throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  }
  const binary = SecretBinary instanceof Uint8Array ? Buffer.from(SecretBinary).toString('base64') : SecretBinary;
  return { text: SecretString, binary, token: ClientRequestToken };
}

function answer(secret: Secret, versionId?: string): Record<string, unknown> {
  return { ARN: secret.arn, Name: secret.name, VersionId: versionId };
}
