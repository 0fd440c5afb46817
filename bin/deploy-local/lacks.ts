/** What an emulator cannot make: a type of resource, or resources of the type that have the property. */
export interface Lack {
  type: string;
  property?: string;
  /** What is missing there without it, for people. */
  why: string;
}

/**
 * By the name of the emulator, of the types that our stacks have or may soon; of others the deployment says so itself.
 * MiniStack's are those that a deployment was refused for, or that its source does not name; LocalStack's those that are
 * not in the coverage of CloudFormation that it publishes (April 2026).
 */
export const LACKS: Record<string, Lack[] | undefined> = {
  MiniStack: [
    { type: 'AWS::Events::Archive', why: 'nothing is archived: no replay, and no view made anew' },
    { type: 'AWS::CodeDeploy::Application', why: 'versions change at once' },
    { type: 'AWS::CodeDeploy::DeploymentConfig', why: 'versions change at once' },
    { type: 'AWS::CodeDeploy::DeploymentGroup', why: 'versions change at once, and nothing rolls them back' },
    { type: 'AWS::XRay::Group', why: 'traces are not collected' },
    { type: 'AWS::XRay::SamplingRule', why: 'traces are not collected' },
    { type: 'AWS::Logs::MetricFilter', why: 'logs are not counted' },
    { type: 'AWS::Logs::QueryDefinition', why: 'queries are not saved' },
    { type: 'AWS::CloudWatch::CompositeAlarm', why: 'alarms are not combined' },
    { type: 'AWS::CloudWatch::Alarm', property: 'Metrics', why: 'alarms on metric math do not ring' },
  ],
  LocalStack: [
    { type: 'AWS::Events::Archive', why: 'nothing is archived: no replay, and no view made anew' },
    { type: 'AWS::XRay::Group', why: 'traces are not grouped' },
    { type: 'AWS::XRay::SamplingRule', why: 'the default rule samples' },
    { type: 'AWS::Logs::MetricFilter', why: 'logs are not counted' },
    { type: 'AWS::Logs::QueryDefinition', why: 'queries are not saved' },
    { type: 'AWS::CloudWatch::Dashboard', why: 'nothing is drawn' },
  ],
};
