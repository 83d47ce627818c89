export { checkEnvoy, type EnvoyCheck } from './check.ts';
export { renderEnvoy, type TlsFiles } from './render.ts';
export { writeEnvoyFiles } from './write.ts';
