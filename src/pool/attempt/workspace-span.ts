import { parseTraceparent, type Tracer } from '../../telemetry/index.ts';
import { WorkspaceError } from '../../workspaces/index.ts';

/** What a span of a workspace is made from. */
export interface WorkspaceSpan {
  tracer: Tracer;
  span: string;
  workspace: string;
  /** Of the attempt. */
  traceparent: string | undefined;
}

/** Does work of a workspace as a part of an attempt's trace. */
export async function traced<T>(
  { tracer, span: name, workspace, traceparent }: WorkspaceSpan,
  work: () => Promise<T>,
): Promise<T> {
  const attributes = { 'gatehouse.workspace': workspace };
  const span = tracer.start(name, parseTraceparent(traceparent), { attributes });
  try {
    const done = await work();
    span.end();
    return done;
  } catch (error) {
    span.end({ error: error instanceof WorkspaceError ? error.code : 'failed' });
    throw error;
  }
}
