import { UnsupportedError } from '../core/aws-error.ts';
import type { ResourceType } from '../core/service.ts';
import type { CodeDeployState } from './state.ts';
import { planOf } from './traffic-plan.ts';

/** Everything that says how the versions of one alias are changed. */
export interface DeploymentGroup {
  applicationName: string;
  name: string;
  id: string;
  configName: string;
  roleArn: string;
  /** Any of these in state ALARM stops a deployment. */
  alarmNames: string[];
  /** Whether a deployment goes on when the alarms cannot be looked at. */
  ignorePollAlarmFailure: boolean;
  /** What makes it go back: `DEPLOYMENT_STOP_ON_ALARM`, ... */
  rollbackEvents: string[];
}

const NO_TAGS = 'no local policy reads the tags of CodeDeploy';

export function applicationType(): ResourceType {
  return {
    type: 'AWS::CodeDeploy::Application',
    properties: { ApplicationName: true, ComputePlatform: true, Tags: NO_TAGS },
    create({ stackName, logicalId, properties, generatedName }) {
      if (properties.ComputePlatform !== 'Lambda') {
        throw new UnsupportedError(`${stackName}/${logicalId}: the embedded cloud deploys Lambda functions only.`);
      }
      return { ref: properties.ApplicationName ?? generatedName(100) };
    },
  };
}

export function deploymentConfigType({ plans }: CodeDeployState): ResourceType {
  return {
    type: 'AWS::CodeDeploy::DeploymentConfig',
    properties: {
      ComputePlatform: true,
      DeploymentConfigName: true,
      TrafficRoutingConfig: {
        Type: true,
        TimeBasedCanary: { CanaryPercentage: true, CanaryInterval: true },
        TimeBasedLinear: { LinearPercentage: true, LinearInterval: true },
      },
    },
    create({ properties, generatedName }) {
      const name: string = properties.DeploymentConfigName ?? generatedName(100);
      plans.set(name, planOf(properties.TrafficRoutingConfig ?? { Type: 'AllAtOnce' }));
      return { ref: name };
    },
  };
}

export function deploymentGroupType({ groups, context }: CodeDeployState): ResourceType {
  return {
    type: 'AWS::CodeDeploy::DeploymentGroup',
    properties: {
      ApplicationName: true,
      DeploymentGroupName: true,
      DeploymentConfigName: true,
      ServiceRoleArn: true,
      AlarmConfiguration: { Alarms: { Name: true }, Enabled: true, IgnorePollAlarmFailure: true },
      AutoRollbackConfiguration: { Enabled: true, Events: true },
      DeploymentStyle: 'versions of functions are always changed with traffic control, blue to green',
      Tags: NO_TAGS,
    },
    create({ properties, generatedName }) {
      const { AlarmConfiguration: alarms = {}, AutoRollbackConfiguration: rollback = {} } = properties;
      const group: DeploymentGroup = {
        applicationName: properties.ApplicationName,
        name: properties.DeploymentGroupName ?? generatedName(100),
        id: generatedName(36),
        configName: properties.DeploymentConfigName ?? 'CodeDeployDefault.LambdaAllAtOnce',
        roleArn: properties.ServiceRoleArn,
        alarmNames: alarms.Enabled ? (alarms.Alarms ?? []).map(({ Name }: { Name: string }) => Name) : [],
        ignorePollAlarmFailure: alarms.IgnorePollAlarmFailure === true,
        rollbackEvents: rollback.Enabled ? (rollback.Events ?? []) : [],
      };
      // Refuses a role that CodeDeploy may not assume, as AWS does.
      context.iam.credentialsFor(group.roleArn, 'codedeploy.amazonaws.com');
      groups.add(group);
      return { ref: group.name, attributes: { Id: group.id } };
    },
  };
}
