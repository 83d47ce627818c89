import { messageStart, startFakeProvider, writeEvents } from './model-provider.ts';

/** A provider in a process of its own, that a test can kill: it writes without an end. Sends its address over the channel. */
const BEAT_MS = 20;

const { url } = await startFakeProvider((request, response) => {
  request.resume();
  writeEvents(response, messageStart({ input_tokens: 10, output_tokens: 1 }));
  const beat = setInterval(() => {
    const delta = { type: 'text_delta', text: 'word '.repeat(8) };
    writeEvents(response, { type: 'content_block_delta', index: 0, delta } as { type: string });
  }, BEAT_MS);
  response.once('close', () => clearInterval(beat));
});
process.send?.(url);
process.once('disconnect', () => process.exit());
