import { UnsupportedError } from '../core/aws-error.ts';
import type { Resource, ResourceType } from '../core/service.ts';
import { isObject } from './json-data.ts';
import { withLowerCamelKeys } from './sdk-shapes.ts';
import type { LoggingConfiguration } from './state-machine.ts';
import type { StateMachines } from './state-machines.ts';

/** AWS::StepFunctions::StateMachine. */
export function stateMachineResource(machines: StateMachines): ResourceType {
  return {
    type: 'AWS::StepFunctions::StateMachine',
    properties: {
      Definition: true,
      DefinitionString: true,
      DefinitionSubstitutions: true,
      EncryptionConfiguration: 'executions are kept in memory only, unencrypted',
      LoggingConfiguration: {
        Destinations: { CloudWatchLogsLogGroup: { LogGroupArn: true } },
        IncludeExecutionData: true,
        Level: true,
      },
      RoleArn: true,
      StateMachineName: true,
      StateMachineType: true,
      Tags: true,
      TracingConfiguration: { Enabled: true },
    },
    create(resource) {
      const { properties } = resource;
      const machine = machines.create({
        name: properties.StateMachineName ?? resource.generatedName(80),
        definition: definitionOf(resource),
        roleArn: properties.RoleArn,
        type: properties.StateMachineType,
        loggingConfiguration: withLowerCamelKeys(properties.LoggingConfiguration) as LoggingConfiguration | undefined,
        tracingConfiguration: { enabled: properties.TracingConfiguration?.Enabled === true },
        tags: (properties.Tags ?? []).map(({ Key, Value }: { Key: string; Value: string }) => ({
          key: Key,
          value: Value,
        })),
      });
      const { arn, name, revisionId = 'INITIAL' } = machine;
      return { ref: arn, attributes: { Arn: arn, Name: name, StateMachineRevisionId: revisionId } };
    },
  };
}

function definitionOf({ logicalId, properties }: Resource): string {
  const { Definition, DefinitionString, DefinitionSubstitutions = {} } = properties;
  if (typeof DefinitionString !== 'string' && !isObject(Definition)) {
    throw new UnsupportedError(`${logicalId}: a state machine needs DefinitionString or Definition.`);
  }
  const text = DefinitionString ?? JSON.stringify(Definition);
  return text.replace(/\$\{([\w-]+)\}/g, (placeholder: string, name: string) => {
    const value = DefinitionSubstitutions[name];
    return value === undefined ? placeholder : String(value);
  });
}
