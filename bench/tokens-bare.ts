/** The bare handler that tokens are measured against: it answers what was put there, and does nothing else. */
import { app } from '@azure/functions';

let kept = '';

app.http('bare', {
  methods: ['GET', 'PUT'],
  authLevel: 'anonymous',
  route: 'api/bare',
  handler: async (request) => {
    if (request.method === 'PUT') kept = await request.text();
    return {
      body: kept,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        pragma: 'no-cache',
      },
    };
  },
});
