/** Calls at once, and milliseconds until one more is allowed. */
const RATES = { send: [30, 1000], poll: [120, 250] } as const;

const REMEMBERED = 10_000;

interface Bucket {
  calls: number;
  since: number;
}

// One process's memory. A site with several servers keeps these numbers where all of them see them.
const buckets = new Map<string, Bucket>();

/** Counts a call of this address; answers the value of `Retry-After` when there were too many. */
export function allow(kind: keyof typeof RATES, request: Request): string | null {
  const [most, each] = RATES[kind];
  // The proxy in front of this server sets it; without one, everybody shares one allowance.
  const address = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? 'everybody';
  const name = `${kind} ${address}`;
  const now = Date.now();
  if (buckets.size >= REMEMBERED) buckets.clear();
  const bucket = buckets.get(name) ?? { calls: most, since: now };
  buckets.set(name, bucket);
  const gained = Math.floor((now - bucket.since) / each);
  bucket.since += gained * each;
  bucket.calls = Math.min(most, bucket.calls + gained);
  if (bucket.calls === 0) return String(Math.max(1, Math.ceil(each / 1000)));
  bucket.calls -= 1;
  return null;
}
