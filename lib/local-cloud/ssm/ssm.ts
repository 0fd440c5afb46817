import type { CloudContext, ResourceType, ServiceModule } from '../core/service.ts';
import type { ServiceEventSink } from '../core/service-event.ts';
import { SSM_INPUTS } from './inputs.ts';
import { ParameterStore } from './parameter-store.ts';
import { readOperations } from './read-operations.ts';
import { writeOperations } from './write-operations.ts';

export interface Ssm extends ServiceModule {
  /** The value of a parameter by its name or `name:version`. Throws `AwsError('ParameterNotFound')`. */
  getParameterValue(name: string): string;
}

export interface SsmOptions {
  /** Is told of every change of a parameter. */
  emit?: ServiceEventSink;
}

/** Systems Manager's Parameter Store. */
export function createSsm({ account, clock }: CloudContext, { emit = () => {} }: SsmOptions = {}): Ssm {
  const store = new ParameterStore(account, ({ operation, name, type, description = '' }) =>
    emit({
      source: 'aws.ssm',
      detailType: 'Parameter Store Change',
      resources: [store.arn(name)],
      detail: { operation, name, type, description },
    }),
  );

  const parameterType: ResourceType = {
    type: 'AWS::SSM::Parameter',
    properties: {
      AllowedPattern: true,
      DataType: 'values are not looked up elsewhere',
      Description: true,
      Name: true,
      Tags: 'no local policy reads the tags of parameters',
      Tier: 'every parameter is of the standard tier',
      Type: true,
      Value: true,
    },
    create: ({ properties, generatedName }) => {
      const { type, value, name } = store.put({
        name: properties.Name ?? generatedName(),
        value: properties.Value,
        type: properties.Type,
        description: properties.Description,
        allowedPattern: properties.AllowedPattern,
        nowMs: clock.now(),
      });
      return { ref: name, attributes: { Type: type, Value: value } };
    },
  };

  return {
    name: 'ssm',
    protocol: { kind: 'json', targetPrefix: 'AmazonSSM', version: '1.1' },
    inputs: SSM_INPUTS,
    operations: { ...readOperations(store), ...writeOperations(store, clock) },
    resourceTypes: [parameterType],
    getParameterValue: (name) => store.get(name).value,
  };
}
