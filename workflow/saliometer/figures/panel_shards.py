"""What the panels need of the shards: a few mosaics, and every method's map of them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from saliometer import shards
from saliometer.errors import UserError
from saliometer.findings.scope import Scope
from saliometer.metrics.engines.upsampling import upsample

FIRST_REPLICATE = "0"  # of several, the one that is shown


class Picture(NamedTuple):
    """A mosaic: ``pixels`` uint8 (H, W, 3) and ``tile_classes`` (rows, columns)."""

    pixels: np.ndarray
    tile_classes: np.ndarray


class Gallery(NamedTuple):
    """Mosaics by (dataset, form, mosaic id); maps float32 (H, W) by (*scope, method, mosaic id, target)."""

    pictures: dict[tuple, Picture]
    maps: dict[tuple, np.ndarray]

    def picture(self, scope: Scope, mosaic: str) -> Picture:
        """Return a mosaic; raises UserError when no shard held it."""
        return _found(self.pictures, (scope.dataset, scope.form, mosaic), "mosaics")

    def saliency(self, scope: Scope, method: str, mosaic: str, target: int) -> np.ndarray:
        """Return a map at its mosaic's size, up to a positive factor; raises UserError when there is none."""
        return _found(self.maps, (*scope, method, mosaic, target), "maps")


def gather(
    mosaics: Iterable[str], maps: Iterable[str], items_of: Mapping[Scope, Iterable[tuple[str, int]]]
) -> Gallery:
    """Read the wanted items (mosaic id and target) of each scope out of shards, each read once.

    Shards are known by what they say of themselves, whatever their paths, and only those that hold
    something wanted are read. Raises UserError for a file that is no shard of its kind.
    """
    gallery = Gallery({}, {})
    for path in mosaics:
        _take_pictures(gallery, path, items_of)
    for path in maps:
        _take_maps(gallery, path, items_of)
    return gallery


def _take_pictures(gallery: Gallery, path: str, items_of: Mapping) -> None:
    attributes = _attributes(path, "mosaics")
    place = (attributes["dataset"], attributes["form"])
    names = {name for scope in items_of if scope[:2] == place for name, _ in items_of[scope]}
    rows = [row for row, name in enumerate(attributes["ids"]) if name in names]
    if rows:
        arrays = shards.read(path, ["mosaics", "tile_classes"]).arrays
        for row in rows:
            picture = Picture(arrays["mosaics"][row], arrays["tile_classes"][row])
            gallery.pictures[(*place, attributes["ids"][row])] = picture


def _take_maps(gallery: Gallery, path: str, items_of: Mapping) -> None:
    attributes = _attributes(path, "maps")
    scope = Scope(attributes["dataset"], attributes["form"], attributes["model"])
    items = [item for item in items_of.get(scope, ()) if item[0] in attributes["ids"]]
    if not items or attributes["replicate"] != FIRST_REPLICATE:
        return
    arrays = shards.read(path, ["maps", "asked_mosaics", "asked_targets"]).arrays
    names = np.array(attributes["ids"], dtype=object)[arrays["asked_mosaics"]]
    for name, target in items:
        map_of_item = arrays["maps"][(names == name) & (arrays["asked_targets"] == target)][:1]
        if len(map_of_item):
            full = upsample(map_of_item, *attributes["mosaic_size"], attributes["upsampling"])
            gallery.maps[(*scope, attributes["method"], name, target)] = full[0]


def _attributes(path: str, kind: str) -> dict:
    shard = shards.read(path, names=[])
    shards.expect(shard, path, kind=kind)
    return shard.attributes


def _found(things: dict, key: tuple, kind: str):
    if key not in things:
        name = "/".join(str(part) for part in key)
        raise UserError(f"--{kind}: no shard holds {name}; give all shards of the run")
    return things[key]
