import { recordFunctions } from './functions-core.ts';

// Imported first by tests that call handlers: `@azure/functions` would warn about each function otherwise.
recordFunctions();
