import type { ResourceType } from '../core/service.ts';
import type { MachineVersions } from './machine-versions.ts';

/** AWS::StepFunctions::StateMachineVersion. */
export function versionResource(versions: MachineVersions): ResourceType {
  return {
    type: 'AWS::StepFunctions::StateMachineVersion',
    properties: {
      Description: 'not shown anywhere here',
      StateMachineArn: true,
      StateMachineRevisionId: 'the stack has just made the revision that is published',
    },
    create({ properties }) {
      const arn = versions.publish(properties.StateMachineArn);
      return { ref: arn, attributes: { Arn: arn } };
    },
  };
}

interface RoutingConfiguration {
  StateMachineVersionArn: string;
  Weight: number;
}

/** AWS::StepFunctions::StateMachineAlias. */
export function aliasResource(versions: MachineVersions): ResourceType {
  return {
    type: 'AWS::StepFunctions::StateMachineAlias',
    properties: {
      DeploymentPreference: {
        StateMachineVersionArn: true,
        Type: 'here an alias leads to its new version at once',
        Alarms: 'see Type',
        Interval: 'see Type',
        Percentage: 'see Type',
      },
      Description: 'not shown anywhere here',
      Name: true,
      RoutingConfiguration: { StateMachineVersionArn: true, Weight: true },
    },
    create(resource) {
      const { Name, RoutingConfiguration, DeploymentPreference } = resource.properties;
      const routing: RoutingConfiguration[] = RoutingConfiguration ?? [
        { StateMachineVersionArn: DeploymentPreference?.StateMachineVersionArn, Weight: 100 },
      ];
      const routes = routing.map((route) => ({
        versionArn: route.StateMachineVersionArn,
        weight: Number(route.Weight),
      }));
      const arn = versions.setAlias(Name ?? resource.generatedName(80), routes);
      return { ref: arn, attributes: { Arn: arn } };
    },
  };
}
