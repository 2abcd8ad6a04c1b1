"""How many maps of how many: counted from finished jobs and from the logs of running ones."""

import io
import os

from saliometer.running.map_progress import MapJob, follow, maps_done


def job(folder, name, maps, done=False, log=None, age=0.0):
    path = folder / f"{name}.log"
    if log is not None:
        path.write_text(log)
        os.utime(path, (1000 - age, 1000 - age))
    return MapJob(maps, path, lambda: done)


def test_finished_jobs_count_whole_and_running_ones_as_they_tell(tmp_path):
    lines = "gradcam on lite: 1,024 of 4,000 maps, 3 per second\ngradcam on lite: 2,048 of 4,000 maps, 3 per"
    jobs = [
        job(tmp_path, "done", 4000, done=True),
        job(tmp_path, "running", 4000, log=lines),
        job(tmp_path, "starting", 4000, log="warming up\n"),
        job(tmp_path, "waiting", 4000),
        job(tmp_path, "of an earlier run", 4000, log=lines, age=10),
        job(tmp_path, "long log", 7, log="x" * 9000 + "\nsmoothgrad on lite: 5 of 7 maps, 1 per second"),
    ]
    assert maps_done(jobs, since=999) == 4000 + 2048 + 5


def test_a_line_is_told_when_the_count_changed_and_at_the_end(tmp_path):
    finished, told = [], io.StringIO()
    jobs = [
        MapJob(1000, tmp_path / "0", lambda: 0 in finished),
        MapJob(500, tmp_path / "1", lambda: 1 in finished),
    ]
    end = follow(jobs, seconds=3600, stream=told)
    end()
    assert told.getvalue() == "", "nothing has changed"
    end = follow(jobs, seconds=3600, stream=told)
    finished.append(0)
    end()
    assert told.getvalue().startswith("study: 1,000 of 1,500 maps, ")
    assert told.getvalue().endswith(" left\n")
    finished.append(1)
    end()
    assert told.getvalue().splitlines()[1].startswith("study: 1,500 of 1,500 maps, ")


def test_lines_come_by_themselves(tmp_path):
    class Told(io.StringIO):
        def write(self, text):
            super().write(text)
            arrived.set()

    import threading

    arrived, finished = threading.Event(), []
    follow([MapJob(3, tmp_path / "0", lambda: bool(finished))], seconds=0.01, stream=Told())
    finished.append(True)
    assert arrived.wait(10)
