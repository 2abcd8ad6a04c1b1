"""The validation images with every kind of ground truth, and the trap in the devkit's ids."""

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from images_helpers import touch
from saliometer.errors import UserError
from saliometer.images.imagenet import class_list
from saliometer.images.sources import find_images, parse

NAMES = [f"ILSVRC2012_val_{number:08d}.JPEG" for number in (1, 2, 3, 4)]
WNIDS = ["n02123045", "n04285008", "n02123045", "n01440764"]
CLASSES = dict(zip(NAMES, (281, 817, 281, 0), strict=True))
# A devkit's order of ids that is not that of the sorted wnids: id k + 1 is class (k * 7 + 3) mod 1000.
INDEX_OF_ID = {k + 1: (k * 7 + 3) % 1000 for k in range(1000)}
ID_OF_INDEX = {index: ilsvrc_id for ilsvrc_id, index in INDEX_OF_ID.items()}


def write_meta(path: Path, n_classes: int = 1000) -> Path:
    """Write a meta.mat as the devkit has it: the classes, then synsets above them, which have children."""
    kind = [("ILSVRC2012_ID", "O"), ("WNID", "O"), ("words", "O"), ("num_children", "O")]
    leaves = [(i, class_list()[INDEX_OF_ID[i]].wnid, "words", 0) for i in range(1, n_classes + 1)]
    inner = [(1001, "n00001740", "entity", 2), (1002, "n00001930", "physical entity", 1)]
    savemat(path, {"synsets": np.array(leaves + inner, dtype=kind)[:, np.newaxis]})
    return path


def found(folder: Path, text: str | None = None, **keys) -> dict[str, int]:
    if text is not None:
        (folder / "truth.txt").write_text(text)
        keys["ground_truth"] = str(folder / "truth.txt")
    images = find_images(parse({"source": "imagenet_val", "path": str(folder / "val"), **keys}))
    return {image.id: image.class_index for image in images}


@pytest.fixture
def folder(tmp_path):
    touch(tmp_path / "val", *NAMES, "readme.txt")
    return tmp_path


@pytest.mark.parametrize(
    "rows",
    [
        WNIDS,
        ["wnid", *WNIDS],
        [f"{name} {wnid}" for name, wnid in zip(NAMES, WNIDS, strict=True)][::-1],
        [f"{name},{wnid}" for name, wnid in zip(NAMES, WNIDS, strict=True)],
        [f"{name} 065 {wnid}" for name, wnid in zip(NAMES, WNIDS, strict=True)],
        [
            "ImageId,PredictionString",
            "ILSVRC2012_val_00000003,n02123045 85 1 499 272 n02123045 1 2 3 4 ",
            "ILSVRC2012_val_00000001,n02123045 131 0 499 254 ",
            "ILSVRC2012_val_00000004,n01440764 10 0 499 254 ",
            "ILSVRC2012_val_00000002,n04285008 1 0 499 254 ",
        ],
    ],
    ids=["wnids", "header", "names", "csv", "gist", "kaggle"],
)
def test_ground_truth_of_wnids(folder, rows):
    assert found(folder, "\n".join(rows) + "\n") == CLASSES


@pytest.mark.parametrize("named", [False, True])
def test_ilsvrc_ids_mean_what_the_devkit_says_and_not_class_indices(folder, named):
    ids = [ID_OF_INDEX[index] for index in CLASSES.values()]
    rows = [f"{name} {i}" for name, i in zip(NAMES, ids, strict=True)] if named else map(str, ids)
    meta = write_meta(folder / "meta.mat")
    assert found(folder, "\n".join(rows), meta=str(meta)) == CLASSES


def test_integers_without_the_devkits_meta_are_refused(folder):
    with pytest.raises(UserError, match=r"holds integers; if they are ILSVRC2012_IDs, give .*meta\.mat"):
        found(folder, "490\n361\n171\n822\n")


def test_indices_from_zero_are_refused_even_with_meta(folder):
    meta = str(write_meta(folder / "meta.mat"))
    with pytest.raises(UserError, match=r"not an ILSVRC2012_ID \(1 to 1000\): 0;"):
        found(folder, "65\n970\n230\n0\n", meta=meta)


def test_files_that_are_not_the_devkits_meta(folder):
    (folder / "meta.mat").write_bytes(b"nothing of the kind")
    with pytest.raises(UserError, match=r"not the devkit's meta\.mat"):
        found(folder, "1\n2\n3\n4\n", meta=str(folder / "meta.mat"))
    savemat(folder / "meta.mat", {"other": np.zeros(3)})
    with pytest.raises(UserError, match=r"not the devkit's meta\.mat"):
        found(folder, "1\n2\n3\n4\n", meta=str(folder / "meta.mat"))
    write_meta(folder / "meta.mat", n_classes=999)
    with pytest.raises(UserError, match="does not hold the 1000 classes"):
        found(folder, "1\n2\n3\n4\n", meta=str(folder / "meta.mat"))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (WNIDS[:3], r"does not tell the class of 1 images \(first: ILSVRC2012_val_00000004"),
        ([*WNIDS, "n02123045"], r"1 of the 5 images .* are missing \(first: number 5\)"),
        ([*WNIDS[:3], "tabby"], r"row 4 \('tabby'\) has neither one wnid nor one integer"),
        ([*WNIDS[:3], "n02123045 n04285008"], "row 4 .* has neither one wnid nor one integer"),
        ([*WNIDS[:3], "n99999999"], "'n99999999' is no ImageNet index, wnid or label"),
        ([f"{NAMES[0]} {WNIDS[0]}", *WNIDS[1:]], "row 2 has no file name, other rows have"),
        ([f"{NAMES[0]} {wnid}" for wnid in WNIDS], "image number 1 occurs more than once"),
        ([], "does not tell the class of 4 images"),
    ],
)
def test_ground_truth_that_does_not_fit(folder, rows, message):
    with pytest.raises(UserError, match=message):
        found(folder, "\n".join(rows))


def test_class_folders_need_no_ground_truth(tmp_path):
    touch(tmp_path / "val", f"n02123045/{NAMES[0]}", f"n04285008/{NAMES[1]}")
    assert found(tmp_path) == {f"n02123045/{NAMES[0]}": 281, f"n04285008/{NAMES[1]}": 817}
    with pytest.raises(UserError, match="leave out 'ground_truth' for class folders"):
        found(tmp_path, "\n".join(WNIDS))


def test_flat_images_without_ground_truth(folder):
    with pytest.raises(UserError, match="key 'ground_truth'"):
        found(folder)


def test_two_files_of_one_number(folder):
    touch(folder / "val", "ILSVRC2012_val_00000001.jpg")
    with pytest.raises(UserError, match="have one number"):
        found(folder, "\n".join(WNIDS))


def test_absent_ground_truth_and_meta_are_named(folder):
    with pytest.raises(UserError, match=r"nowhere\.txt: no such file \(the ground truth"):
        found(folder, ground_truth=str(folder / "nowhere.txt"))
    with pytest.raises(UserError, match=r"nowhere\.mat: no such file \(the devkit's meta\.mat"):
        found(folder, "1\n2\n3\n4\n", meta=str(folder / "nowhere.mat"))
