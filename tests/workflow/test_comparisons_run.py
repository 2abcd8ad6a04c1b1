"""Two networks for real, small: a ResNet by its methods, a B-cos network by its own, in one comparison."""

import pandas as pd
import pytest

from workflow_runs import ROOT, snakemake

pytestmark = pytest.mark.slow

PANELS = "figures/panels/photos/original/both/panels_best.png"
TABLE = "tables/reliability.parquet"


def test_two_networks_in_one_comparison(tmp_path):
    wanted = [f"results/mixed/{path}" for path in (TABLE, PANELS)]
    run = snakemake(tmp_path, *wanted, "--configfile", str(ROOT / "tests" / "helpers" / "mixed.yaml"))
    assert run.returncode == 0, run.stdout + run.stderr
    assert (tmp_path / wanted[1]).is_file()
    scores = pd.read_parquet(tmp_path / "results" / "mixed" / "tables" / "scores.parquet")
    pairs = scores.groupby("model")["method"].unique().map(sorted).to_dict()
    assert pairs == {"resnet": ["edges", "gradcam", "lrp"], "bcos_net": ["bcos", "edges"]}
    table = pd.read_parquet(tmp_path / wanted[0])
    rows = table[(table["metric"] == "precision") & (table["items"] == "all")]
    alpha = rows[rows["coefficient"] == "krippendorff_alpha_ordinal"].set_index("model")
    assert alpha["n_units"].to_dict() == {"resnet": 2, "bcos_net": 1, "both": 3}
    assert "fewer than three" in alpha.loc["resnet", "reason"]
    rho = rows[(rows["coefficient"] == "spearman_rho") & (rows["model"] == "both")]
    compared = {frozenset(pair) for pair in zip(rho["method_a"], rho["method_b"], strict=True)}
    assert {frozenset({"bcos", "gradcam"}), frozenset({"bcos", "lrp"})} <= compared
