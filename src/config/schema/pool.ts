import { z } from 'zod';
import { duration, positiveDuration, positiveSize, programPath, size } from '../units.ts';

/** What pool.recycle.memory lets the CLI alone come to, by default. */
const LEAST_MEMORY_BYTES = 512 * 2 ** 20;

export const poolSchema = z
  .strictObject({
    workers: z.int().min(1).max(256).default(2).describe('jobs that run at the same time'),
    sandbox: z
      .enum(['auto', 'bubblewrap', 'none'])
      .default('auto')
      .describe(
        'auto: bubblewrap where it works, else no tools at all; bubblewrap: refuse to start without it',
      ),
    cgroup: z
      .enum(['auto', 'required', 'none'])
      .default('auto')
      .describe(
        'a cgroup (version 2) for each worker. auto: where they can be made, else resource limits alone; required: refuse to start without; none: resource limits alone',
      ),
    claudePath: programPath()
      .optional()
      .describe('the Claude Code CLI; without it the one that set-up installed'),
    bwrapPath: programPath().default('bwrap').describe('bubblewrap'),
    uid: z
      .int()
      .min(1)
      .max(0x7fffffff)
      .default(61_000)
      .describe('first of the uids that workers run as when started by root'),
    maxTurns: z
      .int()
      .min(1)
      .max(1000)
      .default(30)
      .describe('turns a run may take when the request does not say'),
    drainTimeout: duration('30s').describe('how long running jobs may take to finish at shutdown'),
    reuse: z
      .enum(['never', 'client', 'tenant'])
      .default('client')
      .describe(
        'whose next job may run in the same process, emptied in between: nobody’s, the same client’s, or any of the same tenant',
      ),
    warm: z
      .strictObject({
        min: z
          .int()
          .min(0)
          .max(256)
          .default(1)
          .describe('workers that wait ready for jobs, however few come'),
        max: z
          .int()
          .min(0)
          .max(256)
          .default(4)
          .describe(
            'most workers that wait, those that wait to be reused among them; 0 starts each for its job',
          ),
        spareMemory: size('512MiB').describe(
          'memory of this host that starting workers in advance leaves free',
        ),
      })
      .prefault({})
      .refine(({ min, max }) => min <= max, { error: 'expected at most pool.warm.max', path: ['min'] }),
    limits: z
      .strictObject({
        firstEvent: positiveDuration('5m').describe(
          'how long a run may take until the model first says something',
        ),
        silence: positiveDuration('5m').describe(
          'how long nothing may be heard of a run after that, while a tool runs too',
        ),
        sameCalls: z
          .int()
          .min(1)
          .max(10_000)
          .default(20)
          .describe('how often a run may call the same tool with the same input, one time after the other'),
        output: positiveSize('16MiB').describe('text that a run may report'),
        disk: positiveSize('2GiB').describe('disk space that the files of a run may take'),
        files: z.int().min(100).default(200_000).describe('files and folders that a run may make'),
        processes: z
          .int()
          .min(50)
          .max(100_000)
          .default(1024)
          .describe(
            'processes and threads that a worker may have, where it has a cgroup or a uid of its own; the CLI has some 30',
          ),
        memory: positiveSize('2GiB')
          .refine(({ bytes }) => bytes >= LEAST_MEMORY_BYTES, {
            error: 'expected at least 512MiB, which the CLI itself may come to take',
          })
          .describe(
            'memory that a worker may take, with what it keeps in /tmp, where it has a cgroup (pool.cgroup)',
          ),
        cpus: z
          .number()
          .min(0.1)
          .max(1024)
          .optional()
          .describe(
            'processor time that a worker may take, in processors, where it has a cgroup; without it as much as there is',
          ),
      })
      .prefault({}),
    artifacts: z
      .strictObject({
        ignore: z
          .array(z.string().min(1))
          .max(100)
          .default(['.git', 'node_modules', '.venv', '__pycache__'])
          .describe(
            'names of folders whose files are not given out, wherever in the working folder they are',
          ),
      })
      .prefault({}),
    recycle: z
      .strictObject({
        jobs: z.int().min(1).max(10_000).default(500).describe('jobs that one process runs at most'),
        age: duration('1h').describe('how old a process may be when it takes a job'),
        memory: size('512MiB').describe('resident memory of a process over which it takes no more jobs'),
      })
      .prefault({}),
  })
  .prefault({});
