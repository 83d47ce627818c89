export { type Inspection, inspect, type Reason, type Verdict } from './inspect.ts';
