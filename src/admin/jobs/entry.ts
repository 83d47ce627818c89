import type { JobEvent } from '../../jobs/index.ts';
import type { JobEntry } from '../contract.ts';

/** An event as an operator sees it. @param output whether what the job wrote may be seen */
export function jobEntry(event: JobEvent, output: boolean): JobEntry {
  const { seq, at, attempt } = event;
  const about = { seq, at, attempt };
  switch (event.type) {
    case 'text':
      return { ...about, type: 'text', text: output ? event.text : null, characters: event.text.length };
    case 'tool':
      return { ...about, type: 'tool', name: event.name, id: event.id };
    case 'artifact': {
      const { path, bytes, contentType } = event;
      return { ...about, type: 'artifact', path, bytes, contentType };
    }
    case 'usage': {
      const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = event;
      const usage = { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens };
      return { ...about, type: 'usage', costUsd: event.costUsd, ...usage };
    }
    case 'status':
      return { ...about, type: 'status', state: event.state };
    case 'result':
      return { ...about, type: 'result', model: event.model };
    case 'error':
      return { ...about, type: 'error', ...event.error };
    case 'prompt_leak':
      return { ...about, type: 'prompt_leak' };
  }
}
