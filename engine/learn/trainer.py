"""Trainer: learns from pairs, one step at a time, and reports what happened as events. It knows no files.

The inner kernels are trained by Muon, the rest by AdamW, at the rate that `schedule` says, which falls to nothing
towards the end. What is saved is a running average of the weights over the last tenth of the run so far, or the last
2,000 steps where those are fewer, so that a checkpoint in the middle is settled too, and stopping early loses little.
"""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Any

import torch

from paircat.engine.errors import PairCatError, RunError
from paircat.engine.events import (
    CheckpointReady,
    Event,
    Finished,
    FinishReason,
    Grown,
    Notice,
    SheetReady,
    StageChanged,
    Started,
    StepDone,
)
from paircat.engine.learn import growth, losses, progress_pictures
from paircat.engine.learn.batches import Batch, BatchFeed
from paircat.engine.learn.change_mask import ROUNDING_THRESHOLD
from paircat.engine.learn.copy_paste import NOTE
from paircat.engine.learn.correction_strength import with_fitted_strength
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.device import Device, on_device, out_of_memory_as
from paircat.engine.learn.initial_network import initial_network
from paircat.engine.learn.learnt_channels import learnt_pairs
from paircat.engine.learn.model import Model
from paircat.engine.learn.network import Network
from paircat.engine.learn.optimizer import Optimizer
from paircat.engine.learn.pair_facts import PairFacts
from paircat.engine.learn.plan import Plan
from paircat.engine.learn.preview_frame import check_preview, checked_view, preview_due
from paircat.engine.learn.process_group import ProcessGroup
from paircat.engine.learn.progress import LONGEST_UNSAVED, Progress
from paircat.engine.learn.provenance import cat_header
from paircat.engine.learn.saved_state import STATE_VERSION, changed_pairs, check_state, pair_files
from paircat.engine.learn.schedule import change_weight, paste_share, rate_factor
from paircat.engine.learn.stages import Stages
from paircat.engine.learn.synchronizer import Synchronizer
from paircat.engine.learn.thread_tuner import ThreadTuner
from paircat.engine.learn.time_limit import TimeLimit
from paircat.engine.learn.widening import widened
from paircat.engine.picture.op import Op
from paircat.engine.settings import ModelSize, TrainingSettings

_AVERAGED_SHARE, _LONGEST_AVERAGE = 0.1, 2000
_PRECISION = {
    None: "Trains in float32.",
    torch.bfloat16: "Trains in bfloat16 with float32 weights, since the hardware is quicker at it.",
    torch.float16: "Trains in float16 with float32 weights, since the hardware is quicker at it.",
}
_RECENT_LOSSES = 200


class _LossError(PairCatError):
    """The loss is no number any more, and so are the weights."""


class Trainer:
    """Trains a network on a data set.

    `for event in trainer.run(stop): ...`. The generator may be left at any event; `state()` then holds all that it
    takes to go on. With the same seed, settings, number of threads and pairs, a resumed run on the CPU gives the same
    weights bit for bit as one that was never interrupted; a number that is chosen as it goes (0) may differ.
    """

    def __init__(
        self,
        data_set: DataSet,
        settings: TrainingSettings,
        run_name: str,
        preview: Op | None = None,
        preview_at: int | None = None,
        state: dict[str, Any] | None = None,
        group: ProcessGroup | None = None,
        timed_from: float | None = 0.0,
    ) -> None:
        """
        Args:
            preview: the recipe to show the result on; `preview_at` is the frame, by default the one that lies farthest
                from all that are trained.
            state: what `state()` gave, to go on from there.
            group: the processes that train this run, their batch split before `run`; rank 0 alone shows and saves.
            timed_from: the training time in seconds at which the time limit began to count; None for from now.

        Raises:
            DataSetError, FrameError: the pairs cannot be trained on.
            CheckpointError: the state or the initial weights do not fit.
        """
        self.data_set = data_set
        self.settings = settings
        self.run_name = run_name
        self.preview, self.preview_at = preview, preview_at
        self.group = group or ProcessGroup()
        self.device = Device.choose(settings.device)
        self.view = checked_view(settings.view_transform, data_set)
        if preview is not None:
            check_preview(preview, progress_pictures.preview_frame(self, preview), data_set.channels_in)
        self.data_set, self.store, learnt = learnt_pairs(data_set, settings, (state or {}).get("channels_out", ()))
        self.progress = Progress()
        self.recent: list[tuple[int, float]] = []
        self._earlier: tuple[str, ...] = () if state is None else tuple(state.get("notes", ()))
        if state is None:
            self.plan = Plan.make(self.data_set, self.store, settings, self.device, self.group.memories)
            network, notes = initial_network(self.plan, self.store, settings)
            self.notes, self.plan = self.plan.notes + learnt + notes, replace(self.plan, shape=network.shape)
        else:
            check_state(state, self.data_set)
            self.plan = Plan.from_json(state["plan"]).on_resume(settings, len(data_set))
            network = Network(self.plan.shape)
            self.notes = (f"Resumed at step {state['step']}.", *changed_pairs(state, data_set), *self.plan.notes)
        self.half = self.device.autocast_type(settings.mixed_precision)
        self.notes += (_PRECISION[self.half],)
        self._learn_with(network, copy.deepcopy(network))
        if state is not None:
            self._restore(state)
        self.limit = TimeLimit.resumed(settings.minutes, timed_from, self.progress.seconds)
        self.notes += self.limit.notes(self.progress.seconds) if state is not None else ()
        self.total_steps = self.plan.total_steps(settings, len(data_set))
        if 0 < self.total_steps < self.progress.step:
            raise RunError(
                f"'{run_name}' has done {self.progress.step} steps already, more than the "
                f"{self.total_steps} asked for; give it more epochs, steps or minutes."
            )
        reduced = settings.multi_resolution and not settings.warm_start and self.plan.shape.reducible
        self.stages = Stages(self.plan.crop_size, reduced, self.plan.shape.matte)
        self.progress.scale = min(self.progress.scale, self.stages.scale(0.0, self.progress.step))
        self.facts = PairFacts(self.plan, data_set.channels_in, self.data_set.channels_out)
        self.sampler = self.plan.sampler(self.store, settings, self.facts)
        self.copy_paste = self.plan.copy_paste(self.store)
        self.notes += (NOTE,) if self.copy_paste is not None else ()
        self.sync = Synchronizer(self.group, self.network, self.average, self.optimizer, lambda: self.progress.seconds)
        self._share_before = self._share(max(0, self.progress.step - 1))

    def _learn_with(self, network: Network, average: Network) -> None:
        """What a step works on: networks of the plan's shape, and an optimizer that has seen nothing yet."""
        self.network, self.average = on_device(network, self.device), on_device(average, self.device)
        self.average.requires_grad_(False)
        scaler = torch.amp.GradScaler(self.device.where.type, enabled=self.half == torch.float16)
        self.optimizer = Optimizer(self.network, self.settings.learning_rate, scaler)

    @property
    def size(self) -> ModelSize:
        """Of the network as it is now; that of the settings once it has grown."""
        return self.plan.shape.size

    @property
    def history(self) -> tuple[str, ...]:
        """The notes of the run's first sitting, and what each later one added."""
        return tuple(dict.fromkeys((*self._earlier, *self.notes)))

    @property
    def in_place(self) -> bool:
        """Whether the same channels come out that go in, coded alike, so that an unchanged pixel can be recognized."""
        same_channels = self.data_set.channels_in == self.data_set.channels_out
        return same_channels and self.plan.encoding_in == self.plan.encoding_out

    def run(self, stop: Callable[[], bool] = lambda: False) -> Generator[Event, None, None]:
        """Train to the end, or until `stop()`, which is asked after every step, or that of any other process.

        Yields:
            Started first; StepDone for each step, with the sheets, previews and checkpoints that are due after it;
            in the end a last sheet, preview and checkpoint, and Finished.

        Raises:
            PairCatError: out of memory, or the loss is not finite any more; the last checkpoint stands.
        """
        pastes = self.copy_paste, lambda step: paste_share(step, self._share(step))
        feed = BatchFeed(self.store, self.sampler, self.device.where, self._scale, self.group.batch_slice, *pastes)
        self._saved_at = self._shown_at = self.progress.step  # nothing new to save or show yet
        self._saved_seconds = self.progress.seconds
        self.sync.stop = stop
        fixed = bool(self.settings.threads) or self.device.is_gpu or self.group.world_size > 1
        self.threads = ThreadTuner(torch.get_num_threads(), fixed)
        try:
            self.sync.open()
            left = self.limit.left(self.sync.seconds)
            yield Started(self.progress.step, self.total_steps, self.notes, left)
            reason = self._reason_to_end()
            while reason is None:
                yield from self._step_or_save(feed)
                if trouble := self.store.trouble():
                    yield Notice(self.progress.step, trouble)
                if self.progress.step % self.settings.checkpoint_interval == 0:
                    yield feed.report(self.progress.step)
                reason = self._reason_to_end()
            if self.plan.grows_to is not None and reason != "stopped":
                yield Notice(self.progress.step, growth.note_at_end(self.size, self.plan.grows_to))
            yield from self._show_and_save(at_end=True)
            yield Finished(self.progress.step, reason, self.progress.scale)
        finally:
            self.threads.close()
            self.sync.close()
            feed.close()
            self.store.close()

    def grow(self) -> None:
        """Make the same network one of the run's own size, if it is not; in all processes before the same step."""
        if self.plan.grows_to is None:
            return
        shape, seed = self.plan.shape.resized(self.plan.grows_to), self.settings.seed
        self.plan = replace(self.plan, shape=shape, grows_to=None)
        self._learn_with(widened(self.network, shape, seed), widened(self.average, shape, seed))
        self.sync.replace_network(self.network, self.average, self.optimizer)

    def _step_or_save(self, feed: BatchFeed) -> Iterator[Event]:
        """A step; where it cannot be done, such as for a drive that has gone, what was learnt is saved first.

        So it is where whoever hears of it cannot write it down, and throws that in here.
        """
        try:
            if self.plan.grows_to is not None and growth.is_time(*self._place(), self._share_before):
                self.grow()
                yield Grown(self.progress.step, str(self.size))
            self._share_before = self._share(self.progress.step)
            scale = self._scale(self.progress.step)
            if scale != self.progress.scale or self.progress.step == 0:
                self.progress.scale = scale
                yield StageChanged(self.progress.step, scale)
            self._timed_step(feed, scale)
            yield StepDone(self.progress.step, self.progress.loss, self.progress.seconds, scale)
            started, step = time.perf_counter(), self.progress.step
            self.sync.sync_weights(step, force=self._due(step) or step == self.total_steps)
            self.progress.seconds += time.perf_counter() - started
            yield from self._show_and_save()
        except _LossError:
            raise  # the weights are not finite either
        except PairCatError:
            if self.group.is_rank_zero and self._saved_at != self.progress.step:
                yield self._checkpoint()
            raise

    def _saves(self, step: int) -> bool:
        """Whether a checkpoint is due after a step, by the steps or since the last one is long ago."""
        long_ago = self.sync.seconds - self._saved_seconds >= LONGEST_UNSAVED
        return long_ago or step % self.settings.checkpoint_interval == 0

    def _due(self, step: int) -> bool:
        """Whether there is something to show or to save after a step."""
        return self._saves(step) or step % self.settings.image_interval == 0

    def _show_and_save(self, at_end: bool = False) -> Iterator[Event]:
        """What rank 0 shows and saves after a step, while the others wait for it."""
        step = self.progress.step
        if not (at_end or self._due(step)):
            return
        if saves := at_end or self._saves(step):
            self._saved_seconds = self.sync.seconds
        if not self.group.is_rank_zero:
            self.group.wait_for_rank_zero()
            return
        with self.group.heartbeat():
            if self._saved_at != step and saves:
                yield from self._save()
            if self._shown_at != step and (at_end or step % self.settings.image_interval == 0):
                yield progress_pictures.contact_sheet(self)
                self._shown_at = step
            if self.preview is not None and self._saved_at != step and preview_due(step, self.settings):
                yield progress_pictures.preview(self, self.preview)

    def _reason_to_end(self) -> FinishReason | None:
        if self.total_steps and self.progress.step >= self.total_steps:
            return "done"
        if self.limit.share(self.sync.seconds) >= 1:
            return "minutes"
        return "stopped" if self.sync.asked_to_stop else None

    def _share(self, step: int) -> float:
        """How much of the run is done after `step` steps, 0..1; 0 where its length is unknown."""
        share = step / self.total_steps if self.total_steps else 0.0
        return max(share, self.limit.share(self.sync.seconds))

    def _place(self) -> tuple[int, float]:
        """Steps done, and the share of the run that they are."""
        return self.progress.step, self._share(self.progress.step)

    def _rate_factor(self) -> float:
        return rate_factor(*self._place(), boosted=not self.settings.warm_start)

    def _scale(self, step: int) -> int:
        return min(self.stages.scale(self._share(step), step), self.progress.scale)

    def _timed_step(self, feed: BatchFeed, scale: int) -> None:
        started = time.perf_counter()
        with out_of_memory_as(self._out_of_memory):
            batch = feed.get(self.progress.step, scale)
            with self.threads.step((batch.input.shape, self.size)):
                loss = self._step(batch)
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
            output, mask = self.sync.parts(before)
        output, group, weight = output.float(), self.sync.loss_group, change_weight(*self._place())
        if self.plan.shape.matte:
            loss = losses.matte_loss(output, target, group)
        elif mask is not None:
            loss = losses.change_loss(output, mask.float(), target, before, group, self.plan.change_threshold)
        else:
            loss = losses.picture_loss(output, target, before if self.in_place else None, weight, group)
        shown, factor = loss.detach(), self._rate_factor()
        self.optimizer.step(loss, factor, lambda scaled: self.sync.backward(scaled, shown))
        self._update_average()
        return shown.item()

    @torch.no_grad()
    def _update_average(self) -> None:
        """Average over the last tenth of the steps, and over fewer while the rate falls, which settles them too."""
        steps = min(_LONGEST_AVERAGE, _AVERAGED_SHARE * self.progress.step * self._rate_factor())
        torch._foreach_lerp_(list(self.average.parameters()), list(self.network.parameters()), 1 / (1 + steps))

    def _out_of_memory(self) -> str:
        batch, crop = self.plan.batch_size, self.plan.crop_size
        return (
            f"Out of memory on {self.device.name} at step {self.progress.step + 1} with batch size {batch}, crop size "
            f"{crop} and a {self.size} model. Lower the batch size, then the crop size or model size; "
            "the last checkpoint is kept and can be resumed."
        )

    def model(self) -> Model:
        """The network as Inference will see it: the running average, evaluated.

        While only reduced pictures have been trained, its correction is as strong as it helps at full resolution.
        """
        network = self.average
        if self.progress.scale > 1 and not self.plan.shape.matte:
            with contextlib.suppress(PairCatError):  # a pair that has to be decoded again, on a drive that has gone
                network = with_fitted_strength(network, self.plan, self.store, self.sampler)
        codings = self.plan.encoding_in, self.plan.encoding_out
        channels = self.data_set.channels_in, self.data_set.channels_out
        gate = ROUNDING_THRESHOLD if self.plan.shape.masked else 0.0
        sizes = self.plan.smallest_change, self.plan.largest_change
        return Model(network, *codings, self.device, False, *channels, gate, *sizes, self.plan.kept)

    def _save(self) -> Iterator[Event]:
        """The checkpoint first: what is learnt is safe before anything that may fail is tried."""
        yield self._checkpoint()
        self._saved_at = self.progress.step
        if self.preview is not None:
            yield progress_pictures.preview(self, self.preview)

    def _checkpoint(self) -> CheckpointReady:
        self.plan = self.facts.narrowed(self.plan)
        try:
            shown: SheetReady | None = progress_pictures.sheet(self, 1)
        except PairCatError:  # a pair that has to be decoded again, on a drive that has gone
            shown = None
        weights = {name: value.float().cpu().numpy() for name, value in self.model().network.state_dict().items()}
        header = cat_header(self, shown)
        return CheckpointReady(self.progress.step, self.progress.loss, header, weights, self.state())

    def state(self) -> dict[str, Any]:
        """All that a resume takes, as tensors and plain values."""
        return {
            "version": STATE_VERSION,
            "step": self.progress.step,
            "seconds": self.progress.seconds,
            "timed_from": self.limit.since,
            "scale": self.progress.scale,
            "loss": self.progress.loss,
            "recent": [list(entry) for entry in self.recent],
            "plan": self.plan.to_json(),
            "notes": list(self.history),
            "files": pair_files(self.data_set),
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
