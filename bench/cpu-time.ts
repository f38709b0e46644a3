/** Something to be measured: runs so many calls, and returns how many of them were served "on". */
export type Rival = (callCount: number) => number | Promise<number>;

/** Calls per second of CPU time, one number for each round. */
export interface Speed {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Lets the rivals take turns, so that whatever else the machine does hits all of them; the first round is thrown away. */
export async function compareSpeeds<Name extends string>(
  rivals: Readonly<Record<Name, Rival>>,
  { rounds, callsPerRound }: { readonly rounds: number; readonly callsPerRound: Readonly<Record<Name, number>> },
): Promise<Record<Name, Speed>> {
  const names = Object.keys(rivals) as Name[];
  const rates = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const rate = await callsPerCpuSecond(rivals[name], callsPerRound[name]);
      if (round > 0) rates[name].push(rate);
    }
  }
  return Object.fromEntries(names.map((name) => [name, speedOf(rates[name])])) as Record<Name, Speed>;
}

/** CPU time of the process while the work is done, in ms. */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The middle one of the values. */
export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!;
}

/** The speed for people, with its spread. */
export function describeSpeed({ median: middle, least, most }: Speed): string {
  return `${inThousands(middle)} (${inThousands(least)} to ${inThousands(most)})`;
}

async function callsPerCpuSecond(rival: Rival, callCount: number): Promise<number> {
  let onCount = 0;
  const cpuMs = await cpuMsOf(async () => {
    onCount = await rival(callCount);
  });
  if (onCount === 0) throw new Error('Nobody was served "on".');
  return (callCount / cpuMs) * 1000;
}

function speedOf(rates: readonly number[]): Speed {
  return { median: median(rates), least: Math.min(...rates), most: Math.max(...rates) };
}

function inThousands(callsPerSecond: number): string {
  return `${Math.round(callsPerSecond / 1000)} k/CPU-s`;
}
