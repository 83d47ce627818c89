import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { ArtifactSink } from '../../src/jobs/index.ts';

/** A sink that keeps files where a test can look at them. */
export interface MemoryArtifacts extends ArtifactSink {
  kept: Map<string, Buffer>;
}

export function memoryArtifacts(): MemoryArtifacts {
  const kept = new Map<string, Buffer>();
  return {
    kept,
    async save(path, content) {
      const bytes = await buffer(content);
      kept.set(path, bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { bytes: bytes.length, sha256, contentType: 'application/octet-stream' };
    },
  };
}
