"""Results: what was measured, with date, machine and commit, as one JSON file that grows by every piece."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paircat.bench import machine
from paircat.bench.piece import Piece, Place
from paircat.engine import atomic

FOLDER = machine.ROOT / "bench" / "results"
VERSION = 1


@dataclass
class Results:
    """One run of the benchmark.

    Attributes:
        kind: quick or full. started: ISO date and time in UTC.
        threads: as asked for; 0 is the library's choice.
        absent: tasks and contestants that were left out, and why.
        pieces: what was measured, in order. finished: whether all of it was.
    """

    kind: str
    commit: str
    started: str
    machine: dict[str, Any]
    threads: int = 0
    absent: dict[str, str] = field(default_factory=dict)
    pieces: list[tuple[Piece, dict[str, Any]]] = field(default_factory=list)
    finished: bool = False

    @classmethod
    def begin(cls, kind: str, place: Place) -> Results:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(kind, machine.commit(), now, machine.facts(), place.threads)

    @property
    def stem(self) -> str:
        """What its files are called, such as 2026-03-01T1200_full_1a2b3c."""
        return f"{self.started[:16].replace(':', '')}_{self.kind}_{self.commit}"

    def save(self, folder: Path = FOLDER) -> Path:
        """Write the file whole, in place of its earlier state."""
        folder.mkdir(parents=True, exist_ok=True)
        data = {"paircat_bench": VERSION, **vars(self)}
        data["pieces"] = [{"piece": asdict(piece), "result": result} for piece, result in self.pieces]
        path = folder / f"{self.stem}.json"
        atomic.write_text(path, json.dumps(data, indent=1) + "\n")
        return path

    @classmethod
    def load(cls, path: Path) -> Results:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("paircat_bench", None) != VERSION:
            raise ValueError(f"'{path}' is no result of this benchmark")
        data["pieces"] = [(Piece(**entry["piece"]), entry["result"]) for entry in data["pieces"]]
        return cls(**data)

    @classmethod
    def resume(cls, kind: str, place: Place, folder: Path = FOLDER) -> Results:
        """The newest unfinished run of this kind by the same commit on the same machine, or a new one."""
        fresh = cls.begin(kind, place)
        for path in sorted(folder.glob(f"*_{kind}_{fresh.commit}.json"), reverse=True):
            try:
                found = cls.load(path)
            except (ValueError, TypeError, KeyError):
                continue  # another version's, or damaged; it stays as it is
            if not found.finished and found.machine == fresh.machine and found.threads == fresh.threads:
                return found
        return fresh

    def done(self, piece: Piece) -> bool:
        """Whether it was measured; one that failed is tried again by a run that goes on."""
        return any(known == piece and "error" not in result for known, result in self.pieces)

    def add(self, piece: Piece, result: dict[str, Any]) -> None:
        self.pieces = [entry for entry in self.pieces if entry[0] != piece]
        self.pieces.append((piece, result))

    def median(self, value: str, **wanted: Any) -> float | None:
        """Median over all measured pieces with these fields; None where there are none."""
        found = self.values(value, **wanted)
        return statistics.median(found) if found else None

    def values(self, value: str, **wanted: Any) -> list[float]:
        return [
            result[value]
            for piece, result in self.pieces
            if result.get(value) is not None and all(getattr(piece, name) == want for name, want in wanted.items())
        ]

    def seen(self, name: str, order: Sequence[Any] = (), **wanted: Any) -> list[Any]:
        """The values of a piece's field among those measured, in the given order, others after it as they came."""
        found = dict.fromkeys(
            getattr(piece, name)
            for piece, _ in self.pieces
            if all(getattr(piece, field) == want for field, want in wanted.items())
        )
        return sorted(found, key=lambda item: order.index(item) if item in order else len(order))
