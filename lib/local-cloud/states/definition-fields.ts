/** The fields that each type of state has in JSONata mode. */
const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const TRANSITION = ['Next', 'End'];
const OUTPUT = ['Output', 'Assign'];
const ERRORS = ['Retry', 'Catch'];

export const STATE_FIELDS: Record<string, Set<string>> = {
  Task: new Set([
    ...COMMON,
    ...TRANSITION,
    ...OUTPUT,
    ...ERRORS,
    'Resource',
    'Arguments',
    'TimeoutSeconds',
    'HeartbeatSeconds',
  ]),
  Parallel: new Set([...COMMON, ...TRANSITION, ...OUTPUT, ...ERRORS, 'Branches', 'Arguments']),
  Map: new Set([
    ...COMMON,
    ...TRANSITION,
    ...OUTPUT,
    ...ERRORS,
    'Items',
    'ItemSelector',
    'ItemProcessor',
    'MaxConcurrency',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
  ]),
  Choice: new Set([...COMMON, ...OUTPUT, 'Choices', 'Default']),
  Wait: new Set([...COMMON, ...TRANSITION, ...OUTPUT, 'Seconds', 'Timestamp']),
  Pass: new Set([...COMMON, ...TRANSITION, ...OUTPUT]),
  Succeed: new Set([...COMMON, 'Output']),
  Fail: new Set([...COMMON, 'Error', 'Cause']),
};

export const REQUIRED_FIELDS: Record<string, string[]> = {
  Task: ['Resource'],
  Parallel: ['Branches'],
  Map: ['ItemProcessor'],
  Choice: ['Choices'],
};

export const RULE_FIELDS = new Set(['Condition', 'Next', 'Assign', 'Output', 'Comment']);
export const CATCHER_FIELDS = new Set(['ErrorEquals', 'Next', 'Output', 'Assign', 'Comment']);
export const RETRIER_FIELDS = new Set([
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
]);

/** Fields that belong to the other query language of Step Functions. */
export const JSONPATH_FIELDS = new Set([
  'InputPath',
  'OutputPath',
  'Parameters',
  'ResultSelector',
  'ResultPath',
  'Result',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'ErrorPath',
  'CausePath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
  'Variable',
  'And',
  'Or',
  'Not',
]);

/** Fields that are right on AWS but not modelled here, and what they would do. */
export const UNSUPPORTED_FIELDS: Record<string, string> = {
  Credentials: 'calling as another role',
  ItemReader: 'the distributed Map',
  ItemBatcher: 'the distributed Map',
  ResultWriter: 'the distributed Map',
  Label: 'the distributed Map',
  Iterator: 'the old form of ItemProcessor',
};

/** The fields of a state machine itself. */
export const MACHINE_FIELDS = new Set(['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version']);
