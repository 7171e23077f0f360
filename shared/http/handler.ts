import { loadServices } from '../services.ts';
import type { ApiServices } from './api-services.ts';
import { createHttp } from './create-http.ts';

/** What every HTTP function wraps its handler in; the services are built by the first request that needs them. */
export const { http, alwaysOpen } = createHttp<ApiServices>(loadServices);
