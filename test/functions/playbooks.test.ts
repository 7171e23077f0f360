import '../support/register-nothing.ts';
import { describe, expect, it } from 'vitest';
import { deletePlaybook } from '../../functions/delete-playbook.ts';
import { listPlaybooks } from '../../functions/list-playbooks.ts';
import { putPlaybook } from '../../functions/put-playbook.ts';
import { createPlaybookStore } from '../../shared/connections/playbook-store.ts';
import { createHttp } from '../../shared/http/create-http.ts';
import * as schemas from '../../shared/http/playbook-schemas.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { callHandler } from '../support/http-call.ts';
import { signedIn } from '../support/signed-in.ts';

const MARKDOWN = '---\nsystems: Order Hub\n---\n\n1. Call **Erik**.\n';

function api() {
  const services = {
    ...signedIn(),
    playbooks: createPlaybookStore(memoryTables().open),
  };
  const { http } = createHttp(async () => ({ ok: true as const, services }));
  const headers = { 'x-keyturn-key': 'kt_x' };
  return {
    playbooks: services.playbooks,
    put: (id: string, markdown: string, more: Record<string, string> = {}) =>
      callHandler(http(putPlaybook, 'putPlaybook'), {
        method: 'PUT',
        params: { id },
        headers: { ...headers, ...more },
        body: { markdown },
      }),
    list: () => callHandler(http(listPlaybooks, 'listPlaybooks'), { headers }),
    remove: (id: string) =>
      callHandler(http(deletePlaybook, 'deletePlaybook'), {
        method: 'DELETE',
        params: { id },
        headers,
      }),
  };
}

describe('an operator’s own playbooks', () => {
  it('are kept as they were written, listed beside those of Keyturn, and removed', async () => {
    const { put, list, remove, playbooks } = api();
    const made = await put('order-hub', MARKDOWN);
    expect(made.status).toBe(201);
    const answer = schemas.playbookAnswer.parse(made.json());
    expect(made.headers.get('etag')).toBe(answer.etag);
    const listed = schemas.playbooksAnswer.parse((await list()).json());
    expect(listed.playbooks).toEqual([answer]);
    expect(listed.shipped.map(({ id }) => id)).toContain('smartconnect');
    expect(await playbooks.readable()).toMatchObject([
      { id: 'order-hub', systems: ['Order Hub'], steps: [['Call ', { strong: 'Erik' }, '.']] },
    ]);
    expect((await remove('order-hub')).status).toBe(204);
    expect((await remove('order-hub')).status).toBe(404);
  });

  it('are replaced only with their version', async () => {
    const { put } = api();
    const { etag } = (await put('order-hub', MARKDOWN)).json();
    expect((await put('order-hub', MARKDOWN)).status).toBe(428);
    const next = await put('order-hub', `${MARKDOWN}2. Wait.\n`, { 'if-match': String(etag) });
    expect(next.status).toBe(200);
  });

  it('are refused with every reason when they hold what a mail must not', async () => {
    const { put } = api();
    const answer = await put('order-hub', '1. <b>x</b> [y](https://evil.example)\n');
    expect(answer.json()).toMatchObject({
      status: 400,
      errors: [
        { pointer: '/markdown', detail: expect.stringContaining('systems:') },
        { pointer: '/markdown', detail: expect.stringContaining('HTML') },
        { pointer: '/markdown', detail: expect.stringContaining('Links') },
      ],
    });
    expect((await put('Order Hub', MARKDOWN)).status).toBe(400);
  });
});
