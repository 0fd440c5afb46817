interface Row {
  pk?: { S?: string };
  status?: { S?: string };
}

interface Input {
  Key?: Row;
  Item?: Row;
  ExpressionAttributeValues?: Record<string, { S?: string }>;
  TransactItems?: Partial<Record<'Put' | 'Update' | 'Delete' | 'ConditionCheck', Input>>[];
  Entries?: { DetailType?: string }[];
  QueueUrl?: string;
  SecretId?: string;
}

/** What a call is about, for people: the kind of row and the status that it gets, the events, the queue. */
export function describeCall(input: object): string {
  const { Key, Item, ExpressionAttributeValues = {}, TransactItems = [], Entries, QueueUrl } = input as Input;
  if (TransactItems.length > 0) return TransactItems.flatMap(Object.values).map(describeCall).join(' + ');
  const kind = (Key ?? Item)?.pk?.S?.split('#')[0];
  const status = Item?.status?.S ?? ExpressionAttributeValues[':status']?.S;
  const events = Entries?.flatMap(({ DetailType }) => DetailType ?? []);
  const queue = QueueUrl?.split('/').pop();
  return [kind, status, events?.join(', '), queue].filter(Boolean).join(' ');
}
