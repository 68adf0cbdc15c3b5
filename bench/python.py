"""The same operations in CPython's asyncio. Prints one JSON line per measure, like main.cpp:
{"measure", "asyncio": ns}."""

import asyncio
import json
import statistics
import time

SAMPLES = 21
LEAST_SAMPLE = 0.005
BATCH = 100


async def child(value):
    return value + 1


async def await_child(count):
    value = 0
    for _ in range(count):
        value = await child(value)


async def give_way(count):
    for _ in range(count):
        await asyncio.sleep(0)


async def switch(count):
    await asyncio.gather(give_way(count // 2), give_way(count // 2))


async def spawn_join(count):
    for _ in range(0, count, BATCH):
        await asyncio.gather(*(child(i) for i in range(BATCH)))


async def inner(value):
    if value >= 0:
        raise ValueError("broken")
    return value


async def outer(value):
    return await inner(value)


async def fail_2_frames(count):
    for i in range(count):
        try:
            await outer(i)
        except ValueError:
            pass


async def timer_set_cancel(count):
    loop = asyncio.get_running_loop()
    for i in range(count):
        timer = loop.call_later(3600, print)
        await child(i)
        timer.cancel()


async def timed(work, count):
    start = time.perf_counter()
    await work(count)
    return time.perf_counter() - start


async def main():
    for work in (await_child, switch, spawn_join, fail_2_frames, timer_set_cancel):
        count = BATCH
        while await timed(work, count) < LEAST_SAMPLE:
            count *= 2
        samples = [await timed(work, count) for _ in range(SAMPLES)]
        ns = statistics.median(samples) * 1e9 / count
        print(json.dumps({"measure": work.__name__, "asyncio": ns}), flush=True)


asyncio.run(main())
