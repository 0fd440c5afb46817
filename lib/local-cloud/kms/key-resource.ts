import { UnsupportedError } from '../core/aws-error.ts';
import type { CloudContext, Physical, Resource, ResourceType } from '../core/service.ts';
import { stableUuid } from '../core/stable-id.ts';
import { checkAlias, defaultPolicy } from './key-operations.ts';
import { checkSpec, type KeyStore } from './key-store.ts';

/** The resource types of KMS. */
export function keyResourceTypes(context: CloudContext, keys: KeyStore): ResourceType[] {
  return [
    {
      type: 'AWS::KMS::Key',
      properties: {
        BypassPolicyLockoutSafetyCheck: 'nobody can lock the operator out',
        Description: true,
        Enabled: true,
        EnableKeyRotation: 'local keys keep their material',
        KeyPolicy: true,
        KeySpec: true,
        KeyUsage: true,
        MultiRegion: 'there is one region',
        Origin: true,
        PendingWindowInDays: 'local stacks are not deleted',
        RotationPeriodInDays: 'local keys keep their material',
        Tags: 'no local policy reads the tags of keys',
      },
      create: (resource) => createKey(resource, context, keys),
    },
    {
      type: 'AWS::KMS::Alias',
      properties: { AliasName: true, TargetKeyId: true },
      create: ({ properties }) => {
        keys.setAlias(checkAlias(properties.AliasName), keys.get(properties.TargetKeyId));
        return { ref: properties.AliasName };
      },
    },
  ];
}

/** The key's id follows from its place in the template, so that a restart finds the key that it made before. */
async function createKey(resource: Resource, context: CloudContext, keys: KeyStore): Promise<Physical> {
  const { properties, stackName, logicalId } = resource;
  if (properties.Origin !== undefined && properties.Origin !== 'AWS_KMS') {
    throw new UnsupportedError(`${stackName}/${logicalId}: the Origin ${properties.Origin} of a key is not modelled.`);
  }
  const { specName, usage } = checkSpec(properties.KeySpec, properties.KeyUsage);
  const key = await keys.put({
    id: stableUuid(`key ${stackName}/${logicalId}`),
    specName,
    usage,
    description: properties.Description ?? '',
    enabled: String(properties.Enabled ?? true) === 'true',
    multiRegion: false,
    policy: properties.KeyPolicy ?? defaultPolicy(context.account.id),
    createdAtMs: context.clock.now(),
  });
  context.iam.attachResourcePolicy(key.arn, key.policy);
  return { ref: key.id, attributes: { Arn: key.arn, KeyId: key.id } };
}
