from pathlib import Path

import pytest

from als_screen.simulate.files import publish


def test_data_and_index_appear_together_and_the_index_is_not_older(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        path.write_text("data")
        path.with_name(f"{path.name}.idx").write_text("index")

    publish(tmp_path / "new" / "x.bam", write)
    data, index = tmp_path / "new" / "x.bam", tmp_path / "new" / "x.bam.idx"
    assert (data.read_text(), index.read_text()) == ("data", "index")
    assert index.stat().st_mtime_ns >= data.stat().st_mtime_ns
    assert sorted(path.name for path in data.parent.iterdir()) == ["x.bam", "x.bam.idx"]


def test_a_failure_leaves_the_earlier_file(tmp_path: Path) -> None:
    target = tmp_path / "x.bam"
    target.write_text("before")

    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        publish(target, fail)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x.bam", "before")]
