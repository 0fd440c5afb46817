/** Tests by a project of jest, as patterns of their files, and of their names where the others take long. */
export interface Tests {
  project: 'unit' | 'recovery' | 'e2e';
  files: string[];
  names?: string;
}

/** A small mistake that somebody could really make, and the tests that are there to find it. */
export interface PlantedBug extends Edit {
  name: string;
  file: string;
  /** A second place of the same file. */
  and?: Edit;
  caughtBy: Tests;
}

export interface Edit {
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
}

/** The text with the bug in it. Throws when the place is not there, or is not the only one. */
export function plant(text: string, { file, and, ...first }: Pick<PlantedBug, 'file' | 'and'> & Edit): string {
  return [first, ...(and ? [and] : [])].reduce((before, { find, replace }) => {
    const places = before.split(find).length - 1;
    if (places !== 1) throw new Error(`${file} has ${places} places for this bug instead of one: ${find.trim()}`);
    return before.replace(find, () => replace);
  }, text);
}

const unit = (...files: string[]): Tests => ({ project: 'unit', files: files.map((file) => `test/${file}.test`) });
const recovery = (file: string, names: string): Tests => ({
  project: 'recovery',
  files: [`recovery/${file}.test`],
  names,
});
const e2e = (file: string, names: string): Tests => ({ project: 'e2e', files: [`e2e/${file}.test`], names });

export const PLANTED_BUGS: PlantedBug[] = [
  {
    name: 'a payment that is settled is settled again',
    file: 'functions/payment/payment.ts',
    find: "  if (payment.status !== 'attempting') return null;\n",
    replace: '',
    caughtBy: unit('payment/payment'),
  },
  {
    name: 'news of the provider is heard each time that it comes',
    file: 'functions/payment/payment.ts',
    find: '  if (payment.heard?.includes(event_id)) return { payment, facts: [] };\n',
    replace: '',
    caughtBy: unit('payment/payment'),
  },
  {
    name: 'a charge that was not answered in time is not called off',
    file: 'functions/payment/payment.ts',
    find: "    case 'attempting':\n    case 'completed':\n      return { payment: { ...payment, status: 'refunding', reason }, facts: [] };\n",
    replace:
      "    case 'completed':\n      return { payment: { ...payment, status: 'refunding', reason }, facts: [] };\n    case 'attempting':\n",
    caughtBy: unit('payment/payment'),
  },
  {
    name: 'a refund is recorded before it is made',
    file: 'functions/payment/refund-payment.ts',
    find: '    const result = await askBack(provider, payment);\n    const refunded = await changePayment(order_id, (before) => finishRefund(before, result), context);\n',
    replace:
      "    const refunded = await changePayment(order_id, (before) => finishRefund(before, { outcome: 'refunded' }), context);\n    await askBack(provider, payment);\n",
    caughtBy: recovery('order-steps', 'a refund that the provider does not make'),
  },
  {
    name: 'a payment is said to be completed before the card is charged',
    file: 'functions/payment/take-payment.ts',
    find: '  const result = await provider.charge(charge);\n  const settled = await changePayment(order_id, (before) => settle(before, result), context);\n',
    replace:
      "  const hoped = { outcome: 'approved', charge_id: order_id } as const;\n  const settled = await changePayment(order_id, (before) => settle(before, hoped), context);\n  const result = await provider.charge(charge);\n",
    caughtBy: recovery('order-steps', 'settles a payment whose charge was never answered'),
  },
  {
    name: 'each try to charge has a new idempotency key',
    file: 'functions/payment/take-payment.ts',
    find: 'const charge = { key: order_id,',
    replace: `const charge = { key: \`\${order_id}-\${newId()}\`,`,
    caughtBy: recovery('order-steps', 'once about what it charged'),
  },
  {
    name: 'the provider is believed whatever its ledger says',
    file: 'functions/payment/agreement.ts',
    find: 'return isSame && said.charge_id === stands.charge_id &&',
    replace: 'return said.charge_id === stands.charge_id &&',
    caughtBy: unit('payment/sandbox-provider'),
  },
  {
    name: 'an event is published before its row is written',
    file: 'functions/order/order-table.ts',
    find: '  const isNew = await putNew(',
    replace:
      "  const { publish } = await import('#lib/runtime/events/publish.ts');\n  await publish([]);\n  const isNew = await putNew(",
    caughtBy: unit('architecture'),
  },
  {
    name: 'an entry that the bus refused counts as published',
    file: 'lib/runtime/events/publish.ts',
    find: 'return FailedEntryCount ? events.filter((_, index) => Entries[index]?.ErrorCode) : [];',
    replace: 'return FailedEntryCount === events.length ? events : [];',
    caughtBy: recovery('events', 'the outbox'),
  },
  {
    name: 'an event has another id each time that the stream is read',
    file: 'lib/runtime/outbox.ts',
    find: `event_id: \`\${after.pk}#\${aggregateVersion}\`,`,
    replace: 'event_id: crypto.randomUUID(),',
    caughtBy: unit('runtime/outbox'),
  },
  {
    name: 'a message that could not be handled counts as handled',
    file: 'lib/runtime/events/queue-consumer.ts',
    find: '      throw error;\n',
    replace: '',
    caughtBy: unit('runtime/queue-consumer'),
  },
  {
    name: 'a row is written over what somebody else has just written',
    file: 'lib/runtime/aws/table.ts',
    find: "          ConditionExpression: 'revision = :before',\n          ExpressionAttributeValues: { ':before': Item.revision - 1 },\n",
    replace: '',
    caughtBy: recovery('order-steps', 'a charge that is recorded late'),
  },
  {
    name: 'an older event overwrites what a newer one has told',
    file: 'lib/runtime/aws/copies.ts',
    find: 'OR source_version < :version',
    replace: 'OR source_version <> :version',
    caughtBy: recovery('order-path', 'keeps the newest price'),
  },
  {
    name: 'the view shows what was heard last instead of what happened last',
    file: 'functions/view/view.ts',
    find: 'return told.version > known.version ? told : known;',
    replace: 'return told;',
    caughtBy: unit('view/view'),
  },
  {
    name: 'a transaction that has met another one counts as written',
    file: 'lib/runtime/aws/transaction.ts',
    find: '      if (!isTransient(error)) throw error;\n',
    replace: '      if (!isTransient(error)) throw error;\n      return undefined;\n',
    caughtBy: unit('runtime/transaction'),
  },
  {
    name: 'an order that is being cancelled can still be confirmed',
    file: 'functions/order/order.ts',
    find: "    case 'cancelling':\n    case 'cancelled':\n    case 'needs_attention':\n      return null;\n",
    replace:
      "    case 'cancelling':\n      return after(order, OrderConfirmed.of(order));\n    case 'cancelled':\n    case 'needs_attention':\n      return null;\n",
    caughtBy: unit('order/order'),
  },
  {
    name: 'the saga starts before its dead-man message is sent',
    file: 'functions/order/order-saga.ts',
    find: '  await sqs.send(\n',
    replace: '  const sendDeadMan = () => sqs.send(\n',
    and: {
      find: '    traceHeader: toTraceHeader(cause.traceparent),\n  });\n}',
      replace: '    traceHeader: toTraceHeader(cause.traceparent),\n  });\n  await sendDeadMan();\n}',
    },
    caughtBy: recovery('order-path', 'keeps the saga from starting until it can'),
  },
  {
    name: 'the undo of an order does not release its stock',
    file: 'stacks/order-saga.ts',
    find: "      .next(this.#undoStep('ReleaseStock', steps.releaseStock))\n",
    replace: '',
    caughtBy: { project: 'recovery', files: ['test/order/order-saga.test'], names: 'undoes in reverse' },
  },
  {
    name: 'a key that was used for another order is not noticed',
    file: 'functions/order/place-order.ts',
    find: '  if (order.request_fingerprint !== request) throw new IdempotencyKeyReused();\n',
    replace: '',
    caughtBy: e2e('order', 'refuses an idempotency key'),
  },
  {
    name: 'anybody can read the orders of others',
    file: 'functions/order/get-order.ts',
    find: "  mustOwn(caller, order.user_id, 'order');\n",
    replace: '',
    caughtBy: e2e('contract-matrix', 'are for the owner'),
  },
  {
    name: 'a release is told each time that it is asked for',
    file: 'functions/inventory/reservation.ts',
    find: "  if (reservation.status !== 'releasing') return nothingToDo(reservation);\n",
    replace: '',
    caughtBy: unit('inventory/reservation'),
  },
  {
    name: 'pieces are put back twice',
    file: 'functions/inventory/stock-table.ts',
    find: `    UpdateExpression: \`\${change} REMOVE pending.#order\`,`,
    replace: '    UpdateExpression: change,',
    caughtBy: recovery('order-steps', 'inventory/release-stock after .* is done once, called twice'),
  },
  {
    name: 'pieces are sold that there are not',
    file: 'functions/inventory/stock-table.ts',
    find: "'available >= :quantity AND NOT (available BETWEEN :lowest AND :highest)'",
    replace: "'NOT (available BETWEEN :lowest AND :highest)'",
    caughtBy: e2e('order', 'for lack of stock'),
  },
  {
    name: 'a sale leaves nothing that a late hold would find',
    file: 'functions/inventory/stock-table.ts',
    find: "    UpdateExpression: 'SET reserved = reserved - pending.#order, pending.#order = :sold',\n    ConditionExpression: 'attribute_exists(pending.#order)',\n    ExpressionAttributeNames: { '#order': orderId },\n    ExpressionAttributeValues: { ':sold': 0 },\n",
    replace:
      "    UpdateExpression: 'SET reserved = reserved - pending.#order REMOVE pending.#order',\n    ConditionExpression: 'attribute_exists(pending.#order)',\n    ExpressionAttributeNames: { '#order': orderId },\n",
    caughtBy: recovery('order-steps', 'are not held again by a call that comes late'),
  },
  {
    name: 'a lease of the rate limiter lets more through than it has taken',
    file: 'lib/runtime/rate-limit/rate-limiter.ts',
    find: '{ left: tokens, size: tokens,',
    replace: '{ left: tokens + 1, size: tokens,',
    caughtBy: unit('runtime/rate-limiter'),
  },
  {
    name: 'the signature of a webhook is not compared',
    file: 'lib/runtime/webhook-signature.ts',
    find: 'one.length === other.length && timingSafeEqual(one, other)',
    replace: 'one.length === other.length',
    caughtBy: unit('runtime/webhook-signature'),
  },
  {
    name: 'a cursor is believed as it comes',
    file: 'lib/runtime/http/cursor.ts',
    find: "  if (!isSame(rest.join('.'), sign(key, list, payload))) throw badCursor();\n",
    replace: '',
    caughtBy: unit('runtime/cursor'),
  },
  {
    name: 'an instance that has gone silent is kept for ever',
    file: 'functions/registry/registry.ts',
    find: "  if (now.getTime() - Date.parse(instance.last_heartbeat) > EXPIRES_AFTER_MS) return deregister(instance, 'expired');\n",
    replace: '',
    caughtBy: unit('registry/registry'),
  },
];
