// The boundary in builds without tail calls and with C++ exceptions.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { programOf } from './program.mjs';

for (const preset of ['web-trampoline', 'web-exceptions']) {
  const { module } = await programOf(preset);
  const { load } = await import(pathToFileURL(module).href);

  describe(preset, () => {
    it('returns values and errors, and rejects with the reason of an abort', async () => {
      const app = await load();
      assert.equal(await app.join_views('a', new Uint8Array([1]), 2), 'a:1:1:2');
      await assert.rejects(app.fail_with_cause('message'), {
        code: 'bad_data',
        message: 'message',
      });
      const call = app.sleep_with_cleanup(60_000, { signal: AbortSignal.timeout(5) });
      await assert.rejects(call, { name: 'TimeoutError' });
      assert.equal(await app.cleanup_count(), 1);
      await app.dispose();
    });

    it('rejects every call when it traps', async () => {
      const app = await load();
      const sleeper = app.sleep_long();
      await assert.rejects(app.give_up('on purpose'), { code: 'trap' });
      await assert.rejects(sleeper, { code: 'trap' });
      await app.dispose();
    });

    it('turns a C++ exception into an error where exceptions are enabled', async () => {
      const app = await load();
      const seen = await app
        .throw_exception('thrown in C++')
        .catch(({ code, message }) => [code, message]);
      assert.deepEqual(
        seen,
        preset === 'web-exceptions' ? ['exception', 'thrown in C++'] : undefined,
      );
      await app.dispose();
    });
  });
}
