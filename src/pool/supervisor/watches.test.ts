import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CliMessage } from '../wire/message.ts';
import { DiskWatch } from './disk-watch.ts';
import { SilenceWatch } from './silence-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const init: CliMessage = { type: 'system', subtype: 'init', model: 'm' };
const text: CliMessage = { type: 'assistant', message: { id: 'm', content: [] } };

describe('a run of which nothing is heard', () => {
  function watch() {
    const onSilence = vi.fn();
    return { onSilence, watch: new SilenceWatch({ firstEventMs: 1_000, silenceMs: 100 }, onSilence) };
  }

  test('has so long until the model first says something, whatever the CLI says by itself', () => {
    const { onSilence, watch: silence } = watch();
    silence.saw(init);
    vi.advanceTimersByTime(999);
    expect(onSilence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onSilence).toHaveBeenCalledOnce();
  });

  test('has so long between any two messages after that', () => {
    const { onSilence, watch: silence } = watch();
    silence.saw(text);
    vi.advanceTimersByTime(99);
    silence.saw(init);
    vi.advanceTimersByTime(99);
    expect(onSilence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onSilence).toHaveBeenCalledOnce();
  });

  test('is no longer waited for once it is over', () => {
    const { onSilence, watch: silence } = watch();
    silence.saw(text);
    silence.dispose();
    vi.advanceTimersByTime(10_000);
    expect(onSilence).not.toHaveBeenCalled();
  });
});

describe('a run that takes disk space', () => {
  const limits = { bytes: 1_000, files: 10 };

  test.each([
    ['bytes', { bytes: 1_001, files: 1 }],
    ['files', { bytes: 1, files: 11 }],
  ])('is told when there are more %s than may be', async (_, tooMuch) => {
    const onTooMuch = vi.fn();
    let use = { bytes: 1_000, files: 10 };
    new DiskWatch(async () => use, limits, onTooMuch);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(onTooMuch).not.toHaveBeenCalled();
    use = tooMuch;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(onTooMuch).toHaveBeenCalledOnce();
  });

  test('is looked at again where it could not be looked at', async () => {
    const onTooMuch = vi.fn();
    let times = 0;
    const use = async () => {
      times += 1;
      if (times === 1) throw new Error('EMFILE');
      return { bytes: 2_000, files: 1 };
    };
    new DiskWatch(use, limits, onTooMuch);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(onTooMuch).toHaveBeenCalledOnce();
  });

  test('is told nothing once it is over, though it was just being looked at', async () => {
    const onTooMuch = vi.fn();
    const looked = Promise.withResolvers<{ bytes: number; files: number }>();
    const watch = new DiskWatch(() => looked.promise, limits, onTooMuch);
    await vi.advanceTimersByTimeAsync(1_000);
    watch.dispose();
    looked.resolve({ bytes: 2_000, files: 1 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(onTooMuch).not.toHaveBeenCalled();
  });
});
