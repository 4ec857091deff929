"""Batch shape: how many crops of which size a step takes, of what was asked for and what the memory holds."""

from __future__ import annotations

from paircat.engine.errors import DataSetError
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.device import Device
from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.settings import CROP_SIZES, TrainingSettings

_GPU_CROP = 256
_CPU_CROP = 128  # a step four times as quick: on a CPU the number of steps is what is short
_SMALLEST_FRAME = 16
_AUTO_BATCH_LIMIT = 8
_AUTO_MEMORY_SHARE = 0.25


def choose_crop_size(
    data_set: DataSet, settings: TrainingSettings, device: Device, cell: int = NetworkShape.cell
) -> tuple[int, str]:
    """The edge of the crops in pixels, and the sentence that says why.

    Args:
        cell: edge in pixels of the squares that the network works on.

    Raises:
        DataSetError: the frames are too small to train on, or smaller than the crop size that was asked for.
    """
    height, width = data_set.size
    edge = min(height, width)
    if edge < _SMALLEST_FRAME:
        raise DataSetError(f"The pairs are {width}x{height}; PairCat needs at least {_SMALLEST_FRAME} pixels each way.")
    wanted = settings.crop_size
    if wanted > edge:
        fitting = [size for size in CROP_SIZES if size <= edge]
        raise DataSetError(
            f"Crop size {wanted} is larger than the pairs, which are {width}x{height}; choose "
            f"{f'{fitting[-1]} or ' if fitting else ''}Auto."
        )
    if wanted:
        return wanted, f"Crop size {wanted}."
    times = cell // NetworkShape.cell  # larger crops of larger cells take the same time
    usual = (_GPU_CROP if device.is_gpu else _CPU_CROP) * times
    if edge < usual:
        return edge, f"Crop size {edge} (Auto: shrunk from {usual} to fit {width}x{height})."
    larger = f", {times} times as large as usual for large objects" if times > 1 else ""
    return usual, f"Crop size {usual} (Auto: on {'a GPU' if device.is_gpu else 'the CPU'}{larger})."


def choose_batch_size(
    data_set: DataSet,
    settings: TrainingSettings,
    device: Device,
    shape: NetworkShape,
    crop_size: int,
    memories: int = 1,
) -> tuple[int, str]:
    """The crops a step, and the sentence that says why; Auto takes what a part of the free memory safely holds.

    Args:
        memories: among how many memories such as the device's the crops are spread.

    Raises:
        DataSetError: more crops a step were asked for than there are pairs, or than the memory holds.
    """
    pairs, free = len(data_set), device.free_bytes * memories
    a_crop = Network(shape).training_bytes_per_pixel * crop_size**2
    if settings.batch_size:
        if settings.batch_size > pairs:
            raise too_few(pairs, settings.batch_size)
        if settings.batch_size * a_crop > free:
            raise DataSetError(
                f"Training would take about {settings.batch_size * a_crop / 2**30:.1f} GiB of memory for a batch of "
                f"{settings.batch_size} crops of {crop_size} pixels and a {settings.model_size} model; {device.name} "
                f"has {free / 2**30:.1f} GiB free. Lower the batch size, then the crop size or model size."
            )
        return settings.batch_size, f"Batch size {settings.batch_size}."
    fits = int(_AUTO_MEMORY_SHARE * free / a_crop)
    batch_size = max(1, min(fits, pairs, _AUTO_BATCH_LIMIT))
    return batch_size, f"Batch size {batch_size} (Auto: {pairs} pairs, memory for {fits} crops)."


def too_few(pairs: int, batch_size: int) -> DataSetError:
    """The error of a batch that is larger than the number of pairs."""
    return DataSetError(
        f"There are {pairs} pairs, fewer than the batch size {batch_size}; lower the batch size to {pairs} or less, or "
        f"set it to Auto."
    )
