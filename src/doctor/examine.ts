import { certificateCheck } from './checks/certificate.ts';
import { cgroupCheck } from './checks/cgroup.ts';
import { claudeCheck } from './checks/claude.ts';
import { clockCheck } from './checks/clock.ts';
import { diskCheck } from './checks/disk.ts';
import { envoyCheck } from './checks/envoy.ts';
import { gitCheck } from './checks/git.ts';
import { installationCheck } from './checks/installation.ts';
import { memoryCheck } from './checks/memory.ts';
import { modelCheck } from './checks/model.ts';
import { nodeCheck } from './checks/node.ts';
import { portsCheck } from './checks/ports.ts';
import { promtoolCheck } from './checks/promtool.ts';
import { providerCheck } from './checks/provider.ts';
import { redisCheck } from './checks/redis.ts';
import { redisPersistenceCheck } from './checks/redis-persistence.ts';
import { inspectionRulesCheck, limitRulesCheck } from './checks/rules.ts';
import { sandboxCheck } from './checks/sandbox.ts';
import { secretsCheck } from './checks/secrets.ts';
import { skillsCheck } from './checks/skills.ts';
import { tracesCheck } from './checks/traces.ts';
import { workspacesCheck } from './checks/workspaces.ts';
import type { Check, Finding, Surroundings } from './finding.ts';

/** In the order in which they are shown. */
const CHECKS: readonly Check[] = [
  nodeCheck,
  envoyCheck,
  redisCheck,
  redisPersistenceCheck,
  claudeCheck,
  sandboxCheck,
  cgroupCheck,
  gitCheck,
  workspacesCheck,
  skillsCheck,
  modelCheck,
  providerCheck,
  limitRulesCheck,
  inspectionRulesCheck,
  secretsCheck,
  certificateCheck,
  portsCheck,
  diskCheck,
  memoryCheck,
  clockCheck,
  tracesCheck,
  promtoolCheck,
  installationCheck,
];

/** Looks at everything that a deployment needs. Nothing is changed, and nothing is asked that costs. */
export async function examine(surroundings: Surroundings): Promise<Finding[]> {
  const findings = await Promise.all(CHECKS.map((check) => findingOf(check, surroundings)));
  return findings.flat();
}

async function findingOf({ part, failure, run }: Check, surroundings: Surroundings): Promise<Finding[]> {
  try {
    const found = await run(surroundings);
    return found === undefined ? [] : [{ part, ...found }];
  } catch (error) {
    return [{ part, state: failure, detail: error instanceof Error ? error.message : String(error) }];
  }
}
