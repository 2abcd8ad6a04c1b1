"""Origins: what every product says of the job that made it and of the files it was made from.

Shards and Parquet tables carry their whole job and ``made_from``; so do the manifests of figures and page,
which name their digests; a CSV is that of the Parquet table beside it. Thus results can be compared with what
a config asks for, and with each other, whatever Snakemake's records say.
"""

import json
from collections.abc import Iterable
from typing import NamedTuple

from saliometer.products.installed import ran_with
from saliometer.products.paths import MANIFEST, OF_RUN
from saliometer.products.seals import json_digest

# The kinds of inputs that the products of a stage are made from.
INPUTS = {
    "models": (),
    "images": (),
    "mosaics": ("images",),
    "predictions": ("mosaics",),
    "segments": ("mosaics",),
    "maps": ("mosaics",),  # and segments, for methods that need them
    "axioms": ("mosaics",),
    "scores": ("maps", "mosaics"),
    "summary": ("scores", "predictions", "axioms", "mosaics"),
    "cost": ("scores", "predictions"),
}
# The tables that a job of the whole run reads. Those of one job share their origin: the first stands for all.
TABLES_READ = {
    "reliability": ("scores", "tiles", "predictions"),
    "figures/scores": ("scores", "summary", "tiles"),
    "figures/reliability": ("reliability",),
    "figures/panels": ("scores",),
}
INPUT_TABLES = {reader: names[:1] for reader, names in TABLES_READ.items()}
INPUT_TABLES["report"] = ("scores", "reliability", "cost")
NOT_OF_TABLES = {
    "cost",
    "tiles",
    "predictions",
    "figures/panels",
}  # scores computed elsewhere have none
PNG_KEY = "saliometer"
PAGE_KEY = "saliometer-job"


class Origin(NamedTuple):
    """Where a product comes from.

    ``job``: the settings, code digests and versions that made it, {} where only ``job_digest`` is kept;
    ``job_digest``: "" for a product that names no job; ``made_from``: as the function returns it; ``digest``:
    of all that the product says of itself. The content does not enter ``digest``: one job on the same inputs
    makes the same up to rounding, on whatever machine.
    """

    job: dict
    job_digest: str
    made_from: dict
    digest: str


def tables_read(reader: str, is_table_study: bool) -> list[str]:
    """Return the names of the tables that a job reads; parameters as of ``inputs_of_run``."""
    return [name for name in TABLES_READ[reader] if not (is_table_study and name in NOT_OF_TABLES)]


def inputs_of_run(reader: str, is_table_study: bool) -> dict[str, tuple[str, ...]]:
    """Return which tables and figures a product of the whole run is made from, as paths by kind.

    Parameters: ``reader``, a table, a group of figures ("figures/scores") or "report"; ``is_table_study``,
    whether the run is one of scores that were computed elsewhere.
    """
    tables = [name for name in INPUT_TABLES.get(reader, ()) if not (is_table_study and name in NOT_OF_TABLES)]
    inputs = {"tables": tuple(OF_RUN["tables"].format(table=name) for name in tables)} if tables else {}
    if reader == "report":
        groups = [name for name in INPUT_TABLES if name.startswith("figures/")]
        inputs["figures"] = tuple(
            f"{group}/{MANIFEST}" for group in groups if not (is_table_study and group in NOT_OF_TABLES)
        )
    return inputs


def origin_metadata(job: dict, **kinds: Iterable[dict]) -> dict:
    """Return what a product says of its origin: its job, what it was made from, and the packages that ran.

    Parameters: as of ``made_from``.
    """
    read = {kind: list(attributes) for kind, attributes in kinds.items()}
    of_inputs = [each.get("ran", {}) for attributes in read.values() for each in attributes]
    return {"job": job, "made_from": made_from(**read), "ran": ran_with(job.get("versions", {}), of_inputs)}


def made_from(**kinds: Iterable[dict]) -> dict[str, dict[str, str]]:
    """Return what a product remembers of its inputs, by kind: digests of their jobs and of their origins.

    Parameters: the attributes or metadata of all inputs of each kind.
    """
    return {kind: digests_of([origin_of(each) for each in attributes]) for kind, attributes in kinds.items()}


def digests_of(origins: list[Origin]) -> dict[str, str]:
    """Return the digests that stand for inputs in any order: their ``jobs``, and the ``files`` themselves."""
    return {
        "jobs": digest_of_jobs([origin.job_digest for origin in origins]),
        "files": json_digest(sorted(origin.digest for origin in origins)),
    }


def digest_of_jobs(job_digests: list[str]) -> str:
    """Return the digest that stands for the jobs of some inputs."""
    return json_digest(sorted(job_digests))


def mark(job: dict, inputs: dict, stem: str) -> str:
    """Return the text that a figure or page carries: the digest of its job, what it was made from, its place.

    Parameters: ``stem``, its path in the folder of figures or of the page, without its suffix.
    """
    return json.dumps({"job": json_digest(job), "made_from": inputs, "stem": stem}, sort_keys=True)


def origin_of(attributes: dict) -> Origin:
    """Return the origin of a product from what it says of itself: its attributes, metadata or mark."""
    job = attributes.get("job") or {}
    whole, digest = (job, json_digest(job) if job else "") if isinstance(job, dict) else ({}, job)
    return Origin(whole, digest, attributes.get("made_from", {}), json_digest(attributes))
