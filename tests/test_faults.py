"Trainings that are killed, stopped, started twice, starved and robbed, as processes: nothing is lost, and it is said why."
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from fault_table import FAULTS, JOBS, Bench, kill


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Bench:
    "Data, and trainings that nothing happened to."
    folder = tmp_path_factory.mktemp("faults")
    for above in (folder, *folder.parents[:2]): above.chmod(0o755)  # a user without rights has to get in
    return Bench(folder)


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("job", JOBS)
def test_killed_at_any_moment_and_gone_on(bench, job, workers):
    rng, killed = random.Random(f"{job} {workers}"), 0
    while killed < 6:  # 24 in all
        count, lost = kill(bench, rng, job, workers, kills=6 - killed)
        assert not lost
        killed += count


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost(bench, fault):
    rng = random.Random(fault)
    assert not FAULTS[fault](bench, rng, rng.choice(JOBS), rng.choice([0, 2]))
