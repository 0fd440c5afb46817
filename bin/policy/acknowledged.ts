/** What cdk-nag finds and we know of: the rule, and why it does not hold here. Whatever is not here fails the check. */
export const ACKNOWLEDGED = [
  {
    id: 'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    reason: 'It allows a function to write logs, and nothing else.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-APIG4',
    reason: 'Functions check tokens themselves (docs/decisions/0004); internal routes are guarded by IAM.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-APIG1',
    reason: 'Every route ends in a function, which logs the request.',
  },
  {
    id: 'Serverless::Serverless-APIGWAccessLogging',
    reason: 'Every route ends in a function, which logs the request.',
  },
  {
    id: 'Serverless::Serverless-APIGWDefaultThrottling',
    reason: "Callers are limited by leased buckets (docs/decisions/0013); the account's own limit stands behind.",
  },
  {
    id: 'Serverless::Serverless-LambdaDLQ',
    reason: 'No function is invoked asynchronously: queues and streams in front of them have the dead letters.',
  },
  {
    id: 'Serverless::Serverless-LambdaEventSourceMappingDestination',
    reason:
      'Those without are of queues, whose redrive policy does it (test/recovery/edges.test.ts); streams have one.',
  },
  {
    id: 'Serverless::Serverless-SQSRedrivePolicy',
    reason: 'Those without are themselves dead-letter queues (test/recovery/edges.test.ts).',
  },
  {
    id: 'AwsSolutions::AwsSolutions-SQS3',
    reason: 'They hold what a stream could not deliver: dead-letter queues that no other queue names.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-SMG4',
    reason:
      'Keys of cursors and of the sandbox are made at deployment, known to nobody, and lose nothing when made anew.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-DDB3',
    reason: 'Open circuits are forgotten in a minute: there is nothing to recover. All other tables have it.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-SF1',
    reason: 'At level ALL each order would log the payloads of all steps; the order keeps its own history.',
  },
];

/** Wildcards in policies. Each is in test/policy/rules.test.ts too, with its reason and how many there are. */
export function acknowledgedWildcards(stage: string): { id: string; reason: string }[] {
  // The CDK names what it reads from a parameter by the letters of the parameter's name.
  const parameter = (name: string) =>
    `<SsmParameterValue${`bazaar${stage}${name}`.replaceAll(/\W/g, '')}C96584B6F00A464EAD1953AFF4B05118Parameter>`;
  const api = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:${parameter('gateway/api-id')}`;
  const known: [resource: string, reason: string][] = [
    ['*', 'X-Ray, the delivery of logs, the listing of streams and the description of alarms know no resources.'],
    [
      `arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:Bazaar-${stage}-*`,
      'CodeDeploy moves the alias of any function of the stage (docs/decisions/0018).',
    ],
    [`${api}/$default/GET/internal/v1/orders/user/*`, 'The path has the id of a user in it.'],
  ];
  return known.map(([resource, reason]) => ({ id: `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`, reason }));
}
