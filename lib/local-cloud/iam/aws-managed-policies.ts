import type { PolicyDocument } from '../core/service.ts';

const WRITE_LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const WRITE_TRACES = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:GetSamplingStatisticSummaries',
];

/** The actions that each policy allows on all resources, by the path in its ARN. */
const ACTIONS: Record<string, string[]> = {
  AdministratorAccess: ['*'],
  AWSXRayDaemonWriteAccess: WRITE_TRACES,
  AWSXrayWriteOnlyAccess: WRITE_TRACES,
  'service-role/AWSLambdaBasicExecutionRole': WRITE_LOGS,
  'service-role/AWSLambdaSQSQueueExecutionRole': [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    ...WRITE_LOGS,
  ],
  'service-role/AWSLambdaDynamoDBExecutionRole': [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    ...WRITE_LOGS,
  ],
  'service-role/AWSLambdaVPCAccessExecutionRole': [
    ...WRITE_LOGS,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  'service-role/AWSLambdaRole': ['lambda:InvokeFunction'],
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': [
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:PutLogEvents',
    'logs:GetLogEvents',
    'logs:FilterLogEvents',
  ],
};

/** Policies that tell resources apart, by the path in their ARN. */
const DOCUMENTS: Record<string, PolicyDocument> = {
  CloudWatchLambdaInsightsExecutionRolePolicy: {
    Statement: [
      { Effect: 'Allow', Action: 'logs:CreateLogGroup', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: 'arn:aws:logs:*:*:log-group:/aws/lambda-insights:*',
      },
    ],
  },
  'service-role/AWSCodeDeployRoleForLambdaLimited': {
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          'cloudwatch:DescribeAlarms',
          'lambda:UpdateAlias',
          'lambda:GetAlias',
          'lambda:GetProvisionedConcurrencyConfig',
        ],
        Resource: '*',
      },
      { Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: 'arn:aws:lambda:*:*:function:CodeDeployHook_*' },
    ],
  },
};

const PREFIX = 'arn:aws:iam::aws:policy/';

/** Whether the policy is one of those that AWS keeps for all accounts. */
export function isAwsManaged(policyArn: string): boolean {
  return policyArn.startsWith(PREFIX);
}

/** The document of a policy that AWS keeps, or undefined when it is not modelled. */
export function awsManagedPolicy(policyArn: string): PolicyDocument | undefined {
  const path = policyArn.slice(PREFIX.length);
  if (Object.hasOwn(DOCUMENTS, path)) return DOCUMENTS[path];
  if (!Object.hasOwn(ACTIONS, path)) return undefined;
  return { Statement: [{ Effect: 'Allow', Action: ACTIONS[path], Resource: '*' }] };
}
