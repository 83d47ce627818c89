// npm run fuzz:grpc -- [FRAMES] [SEED]: frames of nonsense to the fast gRPC transport, 10 million by default, from another
// seed each time. Ends with an error, and the seed that shows it again, where one of them does harm.
import { fuzz } from '../src/grpc/fast/fuzz.fixture.ts';

const PORTION = 500_000;
const frames = Number(process.argv[2] ?? 10_000_000);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
if (!(frames > 0) || !Number.isInteger(seed))
  throw new Error('expected a number of frames, and a whole number as seed');

let done = 0;
let nextSeed = seed;
const rssMb = () => Math.round(process.memoryUsage.rss() / 2 ** 20);
while (done < frames) {
  const result = await fuzz(Math.min(PORTION, frames - done), nextSeed);
  done += result.frames;
  nextSeed += result.sessions;
  const { sessions, calls, ended } = result;
  console.log(
    `${done} frames: ${sessions} sessions from ${seed}, ${calls} calls, ${ended} ended, RSS ${rssMb()} MB`,
  );
}
