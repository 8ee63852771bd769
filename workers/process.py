"""One worker process: a SimpleWorker on exactly one queue.

RQ 3.0 loses a job for ever when a worker on two queues dies between pop and start; on one queue
the sweeper's next bell is answered by the restarted worker.
"""

import sys

from prometheus_client import start_http_server
from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from runtime import jobs, log, parentage
from runtime.jobs import QueueName
from runtime.settings import Settings, SettingsError, load
from workers import at_hand


def run(settings: Settings, name: QueueName) -> None:
    """Work on that queue until a signal says stop. RedisError when Redis is away at the start."""
    log.configure(settings.log_level, f"worker-{name}")
    at_hand.prepare(settings)
    if settings.worker_metrics_port:
        place = list(QueueName).index(name)
        start_http_server(settings.worker_metrics_port + place, addr="127.0.0.1")
    # RQ blocks on its connection for minutes; ours, with its short time-outs, is for bells.
    connection = Redis.from_url(settings.redis_url)
    worker = SimpleWorker(
        [jobs.queue(connection, name)], connection=connection, serializer=JSONSerializer
    )
    log.get().info("worker_ready", queue=name)
    worker.work(logging_level="WARNING")


def main() -> int:
    """`python -m workers.process QUEUE PARENT`, as `workers.parent` starts it."""
    name, parent = QueueName(sys.argv[1]), int(sys.argv[2])
    parentage.die_with(parent)
    try:
        run(load(), name)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except RedisError as error:
        log.get().warning("redis_away", queue=name, error=type(error).__name__)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
