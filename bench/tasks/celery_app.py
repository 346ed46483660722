"""The same task for Celery's worker, and a producer that fills its queue: `python3 celery_app.py COUNT`."""
import os
import sys

from celery import Celery

app = Celery("bench", broker=os.environ["BENCH_URL"], backend=os.environ["BENCH_URL"])
app.conf.update(
    worker_prefetch_multiplier=16,
    task_ignore_result=os.environ.get("BENCH_RESULTS") != "1",
    worker_hijack_root_logger=False,
)


@app.task(name="bench.nothing")
def nothing():
    return None


if __name__ == "__main__":
    with app.producer_pool.acquire(block=True) as producer:
        for _ in range(int(sys.argv[1])):
            nothing.apply_async(producer=producer)
