const WallDate = Date;
let offsetMs = 0;

const CloudDate = new Proxy(WallDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [cloudNow()] : args, newTarget === CloudDate ? target : newTarget),
  apply: () => new WallDate(cloudNow()).toString(),
  get: (target, property, receiver) => (property === 'now' ? cloudNow : Reflect.get(target, property, receiver)),
});

function cloudNow() {
  return WallDate.now() + offsetMs;
}

/** The wall clock, whatever the function sees. */
export function wallNow() {
  return WallDate.now();
}

/**
 * Lets the function see the time of the embedded cloud, which a test may have moved forward.
 * As long as nobody has, `Date` stays the original.
 */
export function moveTime(newOffsetMs) {
  offsetMs = newOffsetMs;
  if (offsetMs !== 0) globalThis.Date = CloudDate;
}
