"""Trainer: learns from pairs, one step at a time, and tells what happened as events. It knows no files.

The inner kernels are trained by Muon, the rest by AdamW. The learning rate is held for the first part of the run and
then falls to nothing; what is saved is a running average of the weights over the last tenth of the run so far. So a
checkpoint from the plateau is settled too, and stopping early loses little.
"""

from __future__ import annotations

import copy
import dataclasses
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from paircat.engine.errors import CheckpointError, PairCatError, RunError
from paircat.engine.events import (
    CheckpointReady,
    Event,
    Finished,
    FinishReason,
    Notice,
    PreviewReady,
    SheetReady,
    SheetRow,
    StageChanged,
    Started,
    StepDone,
)
from paircat.engine.learn import losses
from paircat.engine.learn.batches import Batch, BatchFeed
from paircat.engine.learn.crops import CropSampler, cut
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.device import Device, memory_told, on_device
from paircat.engine.learn.gate import noise_threshold
from paircat.engine.learn.interest import Interest
from paircat.engine.learn.model import Model
from paircat.engine.learn.network import Network
from paircat.engine.learn.optimizer import Optimizer
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.plan import Plan
from paircat.engine.learn.preview_frame import check_preview, farthest_frame, preview_due
from paircat.engine.learn.provenance import cat_header
from paircat.engine.learn.schedule import rate_factor
from paircat.engine.learn.stages import Stages
from paircat.engine.learn.start import start_network
from paircat.engine.picture.color import display_view, view_for
from paircat.engine.picture.op import Op
from paircat.engine.settings import TrainingSettings

STATE_VERSION = 2
_AVERAGED_SHARE, _LONGEST_AVERAGE = 0.1, 2000
_PRECISION = {
    None: "Trains in float32.",
    torch.bfloat16: "Trains in bfloat16 with float32 weights, since the hardware is quicker at it.",
    torch.float16: "Trains in float16 with float32 weights, since the hardware is quicker at it.",
}
_SHEET_ROWS = 3
_GATE_CROPS = 12
_RECENT_LOSSES = 200


class _LossError(PairCatError):
    """The loss is no number any more, and so are the weights."""


@dataclass
class Progress:
    """Where the run stands. `seconds` is training time over all its sessions, `scale` the resolution's divisor."""

    step: int = 0
    seconds: float = 0.0
    scale: int = 4
    loss: float = float("nan")


class Trainer:
    """Trains a network on a data set.

    `for event in trainer.run(stop): ...`. The generator may be left at any event; `state()` then holds all that it
    takes to go on. With the same seed, settings, thread count and pairs, a resumed run on the CPU gives the same
    weights bit for bit as one that was never interrupted.
    """

    def __init__(
        self,
        data_set: DataSet,
        settings: TrainingSettings,
        run_name: str,
        preview: Op | None = None,
        preview_at: int | None = None,
        state: dict[str, Any] | None = None,
    ) -> None:
        """
        Args:
            preview: the recipe to show the result on; `preview_at` is the frame, by default the one that lies farthest
                from all that are trained.
            state: what `state()` gave, to go on from there.

        Raises:
            DataSetError, FrameError: the pairs cannot be trained on.
            CheckpointError: the state or the initial weights do not fit.
        """
        self.data_set = data_set
        self.settings = settings
        self.run_name = run_name
        self.preview = preview
        self.preview_at = preview_at
        self.device = Device.choose(settings.device)
        self.view = _checked_view(settings.view_transform, data_set)
        if preview is not None:
            check_preview(preview, self._preview_frame(preview), data_set.channels_in)
        self.store = PairStore(data_set, settings.cache_megabytes << 20, settings.disk_cache_megabytes << 20)
        self.progress = Progress()
        self.recent: list[tuple[int, float]] = []
        if state is None:
            self.plan = Plan.make(data_set, self.store, settings, self.device)
            network, notes = start_network(self.plan, self.store, settings)
            self.notes = self.plan.notes + notes
        else:
            _check_state(state, data_set)
            self.plan = Plan.from_json(state["plan"]).on_resume(settings, len(data_set))
            network = Network(self.plan.shape)
            self.notes = (f"Resumed at step {state['step']}.",)
        self.network = on_device(network, self.device)
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.half = self.device.autocast_type(settings.mixed_precision)
        self.notes += (_PRECISION[self.half],)
        scaler = torch.amp.GradScaler(self.device.where.type, enabled=self.half == torch.float16)
        self.optimizer = Optimizer(self.network, settings.learning_rate, scaler)
        if state is not None:
            self._restore(state)
        self.total_steps = self.plan.total_steps(settings, len(data_set))
        if 0 < self.total_steps < self.progress.step:
            raise RunError(
                f"'{run_name}' has done {self.progress.step} steps already, more than the "
                f"{self.total_steps} asked for; give it more epochs, steps or minutes."
            )
        self.stages = Stages(self.plan.crop_size, settings.multi_resolution and not settings.warm_start)
        self.sampler = CropSampler(
            len(data_set),
            data_set.size,
            self.plan.crop_size,
            self.plan.batch_size,
            settings.seed,
            settings.flips,
            settings.quarter_turns,
            Interest(self.store, self.plan.linear, self.plan.encoding_in, self.plan.encoding_out).shares,
        )
        self._seconds_at_start = self.progress.seconds
        self._saved_at = self.progress.step

    @property
    def in_place(self) -> bool:
        """Whether the same channels come out that go in, coded alike, so that an untouched pixel can be told."""
        same_channels = self.data_set.channels_in == self.data_set.channels_out
        return same_channels and self.plan.encoding_in == self.plan.encoding_out

    # -- the run -------------------------------------------------------------------------------------------------

    def run(self, stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """Train to the end, or until `stop()`, which is asked after every step.

        Yields:
            Started first; StepDone for each step, with the sheets, previews and checkpoints that are due after it;
            in the end a last sheet, preview and checkpoint, and Finished.

        Raises:
            PairCatError: out of memory, or the loss is no longer finite; the last checkpoint stands.
        """
        feed = BatchFeed(self.store, self.sampler, self.device.where, lambda step: self._scale(step))
        self._saved_at = shown_at = self.progress.step  # nothing new to save or show yet
        try:
            yield Started(self.progress.step, self.total_steps, self.notes)
            reason = self._reason_to_end(stop)
            while reason is None:
                scale = self._scale(self.progress.step)
                if scale != self.progress.scale or self.progress.step == 0:
                    self.progress.scale = scale
                    yield StageChanged(self.progress.step, scale)
                yield from self._step_or_save(feed, scale)
                step = self.progress.step
                if step % self.settings.checkpoint_interval == 0:
                    yield from self._save()
                if step % self.settings.image_interval == 0:
                    yield self._contact_sheet()
                    shown_at = step
                if self.preview is not None and self._saved_at != step and preview_due(step, self.settings):
                    yield self._preview(self.preview)
                reason = self._reason_to_end(stop)
            if self._saved_at != self.progress.step:
                yield from self._save()
            if shown_at != self.progress.step:
                yield self._contact_sheet()
            yield Finished(self.progress.step, reason, self.progress.scale)
        finally:
            feed.close()
            self.store.close()

    def _step_or_save(self, feed: BatchFeed, scale: int) -> Iterator[Event]:
        """A step; where it cannot be done, such as for a drive that has gone, what was learnt is saved first."""
        try:
            self._timed_step(feed, scale)
        except _LossError:
            raise  # the weights are spoilt
        except PairCatError:
            if self._saved_at != self.progress.step:
                yield self._checkpoint()
            raise
        yield StepDone(self.progress.step, self.progress.loss, self.progress.seconds, scale)

    def _reason_to_end(self, stop: Callable[[], bool]) -> FinishReason | None:
        if self.total_steps and self.progress.step >= self.total_steps:
            return "done"
        if self.settings.minutes and self._session_share() >= 1:
            return "minutes"
        return "stopped" if stop() else None

    def _session_share(self) -> float:
        """How much of the time limit this session has used."""
        return (self.progress.seconds - self._seconds_at_start) / (60 * self.settings.minutes)

    def _share(self, step: int) -> float:
        """How much of the run is done after `step` steps, 0..1; 0 where its length is unknown."""
        share = step / self.total_steps if self.total_steps else 0.0
        return max(share, self._session_share()) if self.settings.minutes else share

    def _scale(self, step: int) -> int:
        return min(self.stages.scale(self._share(step), step), self.progress.scale)

    def _timed_step(self, feed: BatchFeed, scale: int) -> None:
        started = time.perf_counter()
        with memory_told(self._out_of_memory):
            loss = self._step(feed.get(self.progress.step, scale))
        if loss != loss or loss in (float("inf"), float("-inf")):
            raise _LossError(
                f"The loss stopped being a number at step {self.progress.step + 1}; lower the learning rate "
                f"({self.settings.learning_rate:g}) and resume from the last checkpoint."
            )
        self.progress.step += 1
        self.progress.loss = loss
        self.progress.seconds += time.perf_counter() - started
        self.recent = [*self.recent[1 - _RECENT_LOSSES :], (self.progress.step, loss)]

    def _step(self, batch: Batch) -> float:
        before, target = self.plan.encoding_in.encode(batch.input), self.plan.encoding_out.encode(batch.ground_truth)
        with torch.autocast(self.device.where.type, dtype=self.half, enabled=self.half is not None):
            output = self.network(before)
        if self.plan.shape.matte:
            loss = losses.matte_loss(output.float(), target)
        else:
            loss = losses.picture_loss(output.float(), target, before if self.in_place else None)
        self.optimizer.step(loss, rate_factor(self.progress.step, self._share(self.progress.step)))
        self._update_average()
        return loss.item()

    @torch.no_grad()
    def _update_average(self) -> None:
        """Average over the last tenth of the steps, and over fewer while the rate falls, which settles them too."""
        step = self.progress.step
        steps = min(_LONGEST_AVERAGE, _AVERAGED_SHARE * step * rate_factor(step, self._share(step)))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.network.parameters()), 1 / (1 + steps))

    def _out_of_memory(self) -> str:
        return (
            f"Out of memory on {self.device.name} at step {self.progress.step + 1} with batch size "
            f"{self.plan.batch_size}, crop size {self.plan.crop_size} and a {self.settings.model_size} model. Lower "
            f"the batch size, then the crop size or model size; the last checkpoint is kept and can be resumed."
        )

    # -- what it shows and keeps ----------------------------------------------------------------------------------

    def model(self) -> Model:
        """The network as Inference will see it: the running average, evaluated."""
        return Model(self.average, self.plan.encoding_in, self.plan.encoding_out, self.device)

    def noise_threshold(self) -> float:
        """What Inference's gate takes for a change; 0 where channels go in that do not come out, or pairs are away."""
        if not self.in_place:
            return 0.0
        model, coding = self.model(), self.plan.encoding_in
        plain = dataclasses.replace(self.sampler, flips=False, quarter_turns=False, batch_size=_GATE_CROPS)
        triples: list[Any] = []
        try:
            for crop in plain.batch(0):
                before, truth = cut(self.store, crop)
                sides = before, truth, model.apply(before)
                triples.append(tuple(coding.encode_pixels(np.ascontiguousarray(side)) for side in sides))
        except PairCatError:  # a pair that has to be decoded again, on a drive that has gone
            return 0.0
        return noise_threshold(triples)

    def _contact_sheet(self) -> SheetReady | Notice:
        """The contact sheet, or why there is none now; like the preview, it is not worth a training."""
        try:
            return self._sheet()
        except PairCatError as error:
            return Notice(self.progress.step, f"No contact sheet of step {self.progress.step}: {error}")

    def _sheet(self, rows: int = _SHEET_ROWS) -> SheetReady:
        model = self.model()
        shown = []
        for crop in self.sampler.sheet(self.progress.step, rows):
            before, after = cut(self.store, crop)
            output = model.apply(before)
            shown.append(
                SheetRow(before, after, output, self.data_set.channels_in, self.data_set.channels_out, self.view)
            )
        return SheetReady(self.progress.step, tuple(shown))

    def _save(self) -> Iterator[Event]:
        """The checkpoint first: what is learnt is safe before anything that may fail is tried."""
        yield self._checkpoint()
        self._saved_at = self.progress.step
        if self.preview is not None:
            yield self._preview(self.preview)

    def _checkpoint(self) -> CheckpointReady:
        try:
            shown: SheetReady | None = self._sheet(rows=1)
        except PairCatError:  # a pair that has to be decoded again, on a drive that has gone
            shown = None
        weights = {name: value.float().cpu().numpy() for name, value in self.average.state_dict().items()}
        header = cat_header(self, shown)
        return CheckpointReady(self.progress.step, self.progress.loss, header, weights, self.state())

    def _preview(self, preview: Op) -> PreviewReady | Notice:
        """The preview, or why there is none now: a drive that is away for an hour does not end a training."""
        try:
            frame = self._preview_frame(preview)
            image = preview.render(frame)
            result = self.model().apply_to(image, self.data_set.channels_in, self.data_set.channels_out)
            channels = self.data_set.channels_out  # of a matte, not the plate that it is for
            result = result.with_pixels(result.select(channels), channels=channels, formats=())
        except PairCatError as error:
            return Notice(self.progress.step, f"No preview of step {self.progress.step}: {error}")
        return PreviewReady(self.progress.step, result, self.settings.view_transform, frame)

    def _preview_frame(self, preview: Op) -> int:
        if self.preview_at is not None:
            return self.preview_at
        return farthest_frame(preview.frame_range().frames, self.data_set.frames.frames)

    def state(self) -> dict[str, Any]:
        """All that a resume takes, as tensors and plain values."""
        return {
            "version": STATE_VERSION,
            "step": self.progress.step,
            "seconds": self.progress.seconds,
            "scale": self.progress.scale,
            "loss": self.progress.loss,
            "recent": [list(entry) for entry in self.recent],
            "plan": self.plan.to_json(),
            "channels_in": list(self.data_set.channels_in),
            "channels_out": list(self.data_set.channels_out),
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state(),
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.restore(state["optimizer"])
        self.progress = Progress(state["step"], state["seconds"], state["scale"], state["loss"])
        self.recent = [(int(step), float(loss)) for step, loss in state["recent"]]


def _checked_view(wanted: str, data_set: DataSet) -> str:
    """The view of contact sheets: as set, or by the input's files."""
    view = view_for(data_set.input.header(data_set.frames.first)) if wanted == "auto" else wanted
    display_view(np.zeros((1, 1, 3), np.float32), view)  # an unknown view is told now
    return view


def _check_state(state: dict[str, Any], data_set: DataSet) -> None:
    if state.get("version") != STATE_VERSION:
        raise CheckpointError(f"The .ost was written by another version of PairCat ({state.get('version')}); update.")
    for side, names in (("channels_in", data_set.channels_in), ("channels_out", data_set.channels_out)):
        if tuple(state[side]) != names:
            raise CheckpointError(
                f"The run was trained with {side.replace('_', ' ')} {', '.join(state[side])}, but now they are "
                f"{', '.join(names)}; select the same channels or start a new run."
            )
