"""Orders flow over real HTTP while the leader of a PostgreSQL cluster is killed; then SQL counts.

    python -m tests.acceptance.failover [--kills 3] [--seed N] [--unsafe]

Three nodes under Patroni with etcd, as Debian ships them (`apt-get install patroni etcd-server postgresql`); without
them the drill says what it lacks and is skipped. Each time the leader is cut off and killed whole, a standby takes
over, the application finds it by itself, and the dead node comes back. Nothing acknowledged may be lost, nothing
doubled; else the exit code is 3. `--unsafe` lets commits wait for no standby, and must fail. See docs/operating.md.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.acceptance import kill
from tests.acceptance.drill.cluster import cluster, missing
from tests.acceptance.drill.report import arguments, put_away, tell, title


def main() -> int:
    parser = arguments(__doc__, "commits wait for no standby: must fail")
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    if lacking := missing():
        print(f"skipped: not installed: {', '.join(lacking)}")
        return 0
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    folder = Path("build/failover").resolve() / f"{options.seed}-{os.getpid()}"
    folder.mkdir(parents=True)
    with cluster() as made:
        if options.unsafe:
            made.answer_early()
        faults, figures = kill.run(
            kills=options.kills, url=made.url, folder=folder, seed=options.seed, unsafe=False, server=made
        )
    code = tell(title(options, made.url, "commits wait for no standby"), faults, figures)
    put_away(folder, faults, options)
    return code


if __name__ == "__main__":
    sys.exit(main())
