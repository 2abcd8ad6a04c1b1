"""Schema, tables and settings say the same."""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from saliometer.config import documentation
from saliometer.config.schema import schema
from saliometer.config.study import METHODS, METRICS, SOURCES, Config, load_config
from saliometer.errors import UserError
from wrong_configs import DEMO, whole

ROOT = Path(__file__).parents[2]
BY_SCHEMA = jsonschema.Draft202012Validator(schema())


def test_generated_files_follow_from_the_settings():
    for path, text in documentation.generated_files().items():
        assert path.read_text() == text, f"{path.name}: run python -m saliometer.config.documentation"


def test_drift_is_seen_and_mended(tmp_path, monkeypatch):
    schema_file, readme = tmp_path / "schema.yaml", tmp_path / "README.md"
    readme.write_text(documentation.README.read_text().replace("| `rows` |", "| `lines` |"))
    monkeypatch.setattr(documentation, "ROOT", tmp_path)
    monkeypatch.setattr(documentation, "SCHEMA", schema_file)
    monkeypatch.setattr(documentation, "README", readme)
    monkeypatch.setattr("sys.argv", ["documentation", "--check"])
    with pytest.raises(SystemExit, match=r"schema\.yaml, README\.md: behind the settings"):
        documentation.main()
    monkeypatch.setattr("sys.argv", ["documentation"])
    documentation.main()
    assert "| `rows` |" in readme.read_text()
    monkeypatch.setattr("sys.argv", ["documentation", "--check"])
    documentation.main()


@pytest.mark.parametrize("change", [("top", "tip"), ("<!-- end -->", "")])
def test_a_readme_without_a_marker_is_refused(change):
    with pytest.raises(SystemExit, match="markers"):
        documentation.readme(documentation.README.read_text().replace(*change))


def test_tables_hold_every_key():
    tables = documentation.tables()
    named = (
        (SOURCES, "source_keys", "source"),
        (METHODS, "method_keys", "method"),
        (METRICS, "metric_keys", ""),
    )
    for kinds, table, deciding in named:
        for block in kinds.values():
            for key in set(block.model_fields) - {deciding}:
                assert f"| `{key}` |" in tables[table]
    for key in Config.model_fields:
        assert f"| `{key}` |" in tables["top"]
    assert all(f"| `{name}` |" in tables["methods"] for name in METHODS)


def test_cells_say_type_range_and_default():
    tables = documentation.tables()
    assert (
        "| `smoothgrad` | `samples` | whole number, 1 to 1000 | `10` |  | Noisy copies"
        in tables["method_keys"]
    )
    assert "| `folder` | `path` | text | required |" in tables["source_keys"]
    assert "| `targets` | `one` or `all` | `one` |" in tables["mosaics"]
    assert "| `sd` | list of 3 (number, above 0) | none |" in tables["models"]
    assert "| `architecture` | text | the block's name |" in tables["models"]


def test_tables_are_rectangular():
    for table in documentation.tables().values():
        assert len({line.count(" | ") for line in table.splitlines()}) == 1


def test_the_schema_is_one_and_takes_the_configs():
    jsonschema.Draft202012Validator.check_schema(schema())
    for path in (*(ROOT / "config").glob("*.yaml"), *(ROOT / "tests" / "helpers").glob("*.yaml")):
        BY_SCHEMA.validate(yaml.safe_load(path.read_text()))
    BY_SCHEMA.validate(whole())
    BY_SCHEMA.validate(DEMO | {"mosaics": None, "methods": {"gradcam": {"method": "random"}}})


@pytest.mark.parametrize("metrics", [["localization"], {"localization": None, "classification": {}}])
def test_the_schema_takes_a_list_of_families_or_their_blocks(metrics):
    BY_SCHEMA.validate(DEMO | {"metrics": metrics})


@pytest.mark.parametrize("metrics", [[], {}, ["localization"] * 2, ["other"], {"other": None}, None])
def test_the_schema_refuses_other_families_and_none(metrics):
    assert not BY_SCHEMA.is_valid(DEMO | {"metrics": metrics})


@pytest.mark.parametrize(
    "methods",
    [
        {"mine": None},
        {"mine": {}},
        {"mine": {"method": "random", "samples": 1}},
        {"gradcam": {"samples": 1}},
        {},
    ],
)
def test_the_schema_knows_what_a_blocks_name_says(methods):
    assert not BY_SCHEMA.is_valid(DEMO | {"methods": methods})


def test_the_readme_quotes_an_error_as_it_is():
    mapping = whole()
    mapping["methods"]["smoothgrad"]["sampels"] = 3
    with pytest.raises(UserError) as caught:
        load_config(mapping)
    assert f"error: {caught.value}\n" in documentation.README.read_text()


def test_yaml_in_the_readme_is_right():
    examples = re.findall(r"```yaml\n(.*?)```", documentation.README.read_text(), re.DOTALL)
    assert len(examples) == 6
    for example in map(yaml.safe_load, examples):
        stands_alone = {"datasets", "models", "methods"} <= example.keys()
        load_config(example if stands_alone else DEMO | example)


def test_the_demo_points_editors_to_the_schema():
    first = (ROOT / "config" / "config.yaml").read_text().splitlines()[0]
    target = first.removeprefix("# yaml-language-server: $schema=")
    assert (ROOT / "config" / target).resolve() == documentation.SCHEMA
