"""The page in a real browser: opens from a file, without errors, and fits a phone and a desk."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import synthetic_shards
import synthetic_tables as synthetic
from saliometer.findings.figure_files import GROUPS, figure_files
from saliometer.study import make_study
from saliometer.table_study.settings import Settings
from saliometer.tables import write_table
from table_study_helpers import tidy, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BROWSER, DRIVER = "chromium", "/usr/bin/chromedriver"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCROLL_WIDTH = "return document.documentElement.scrollWidth"
BROKEN = "return [...document.images].filter(i => !i.complete || i.naturalWidth === 0).length"
TOO_WIDE = (
    "return [...document.querySelectorAll('p, li, h1, h2, h3, img, figure, nav')]"
    ".filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
)


N_FIGURES = sum(len(figure_files(group, synthetic.study())) for group in GROUPS)


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium; no other program of the machine is touched."""
    if shutil.which(BROWSER) is None or not Path(DRIVER).is_file():
        pytest.skip("chromium and chromedriver are not installed")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which(BROWSER)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in FLAGS:
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """The page of a made-up run, drawn and written by the stage commands themselves."""
    folder = tmp_path_factory.mktemp("run")
    study, tables = synthetic.study(), synthetic.tables()
    for name, frame in tables.items():
        write_table(frame, folder / "tables" / name)
    synthetic_shards.write_shards(folder, study, tables)
    job = json.dumps({"settings": study, "code": {}, "versions": {}})
    common = ["--job", job, "--tables", folder / "tables"]
    for group in GROUPS:
        shards = ["--results", folder] if group == "panels" else []
        run_stage("figures", *common, "--group", group, "--output-directory", folder / "figures", *shards)
    output = folder / "report" / "index.html"
    run_stage("report", *common, "--figures", folder / "figures", "--output", output)
    return output


@pytest.fixture(scope="module")
def page_of_table(tmp_path_factory):
    """The page of a table of scores, with names as people have them."""
    folder = tmp_path_factory.mktemp("given")
    names = {"blind": "no information at all", "weak": "<b>weak</b>"}
    table = tidy(n_items=12, n_clusters=0).replace({"method": names})
    settings = Settings(
        higher_is_better=["faithful"], lower_is_better=["error"], controls=["no information at all"]
    )
    make_study(write(folder, table), folder / "out", settings)
    return folder / "out" / "report.html"


@pytest.mark.parametrize("width", [1280, 375])
def test_the_page_of_a_given_table_opens_and_fits_too(browser, page_of_table, width):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(page_of_table.as_uri())
    browser.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    assert browser.get_log("browser") == []
    assert browser.execute_script(SCROLL_WIDTH) <= width
    assert browser.execute_script(TOO_WIDE) == []
    assert browser.execute_script(BROKEN) == 0
    pictures = browser.find_elements("tag name", "img")
    assert len(pictures) == len(list((page_of_table.parent / "figures").rglob("*.svg")))
    assert all(len(picture.get_attribute("alt")) > 20 for picture in pictures)
    entries = browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert [name for name in entries if not name.startswith("data:")] == []
    assert "<b>weak</b>" in browser.find_element("tag name", "body").text


def run_stage(name, *arguments):
    command = [sys.executable, "-m", f"saliometer.stages.{name}", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run(command, check=True, env=environment)


@pytest.fixture(params=[1280, 375])
def opened(request, browser, page):
    """The page opened from disk at a width, everything unfolded."""
    size = {"width": request.param, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(page.as_uri())
    browser.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    return browser, request.param


def test_opens_without_errors_and_fits_the_width(opened):
    browser, width = opened
    assert browser.get_log("browser") == []
    assert browser.execute_script(SCROLL_WIDTH) <= width
    assert browser.execute_script(TOO_WIDE) == []
    assert browser.execute_script(BROKEN) == 0
    images = browser.find_elements("tag name", "img")
    assert len(images) == N_FIGURES
    assert all(len(image.get_attribute("alt")) > 30 for image in images)


def test_asks_the_network_for_nothing(opened):
    browser, _ = opened
    entries = browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert [name for name in entries if not name.startswith("data:")] == []


def test_a_click_sorts_numbers_and_another_turns_them_round(opened):
    browser, _ = opened
    table = next(t for t in browser.find_elements("tag name", "table") if "Precision by method" in t.text)
    read = "return [...arguments[0].tBodies[0].rows].map(r => r.cells[2].dataset.sort).map(Number)"
    button = table.find_element("css selector", "thead th:nth-child(3) button")
    browser.execute_script("arguments[0].click()", button)
    rising = browser.execute_script(read, table)
    browser.execute_script("arguments[0].click()", button)
    falling = browser.execute_script(read, table)
    assert rising == sorted(rising)
    assert falling == sorted(rising, reverse=True)
    heading = table.find_element("css selector", "thead th:nth-child(3)")
    assert heading.get_attribute("aria-sort") == "descending"


def test_undefined_cells_sort_last_both_ways(opened):
    browser, _ = opened
    table = next(t for t in browser.find_elements("tag name", "table") if "Precision by method" in t.text)
    read = "return [...arguments[0].tBodies[0].rows].slice(-2).map(r => r.cells[1].dataset.sort ?? null)"
    button = table.find_element("css selector", "thead th:nth-child(2) button")
    for _ in range(2):
        browser.execute_script("arguments[0].click()", button)
        assert browser.execute_script(read, table) == [None, None]


FIND = """
const named = t => t.caption.textContent.startsWith(arguments[0]);
const table = [...document.querySelectorAll('table')].find(named);
"""


def test_a_long_table_is_filtered_and_a_short_one_is_not(opened):
    browser, _ = opened
    kept = (
        FIND
        + """
        const box = table.parentElement.previousElementSibling.querySelector('input');
        box.value = arguments[1];
        box.dispatchEvent(new Event('input'));
        const rows = [...table.tBodies[0].rows];
        return [rows.filter(r => !r.hidden).map(r => r.textContent), rows.length,
            box.parentElement.querySelector('output').textContent];
    """
    )
    every, n, _ = browser.execute_script(kept, "All pairs:", "")
    assert len(every) == n == 15 + 6  # of precision, and of the signed metrics of the two signed methods
    some, _, said = browser.execute_script(kept, "All pairs:", "smoothgrad  GRAD-CAM++")
    assert said == f"{len(some)} of 21 rows"
    assert len(some) == 1
    assert all("SmoothGrad" in row and "Grad-CAM++" in row for row in some)
    assert browser.execute_script(kept, "All pairs:", "no such words")[0] == []
    browser.execute_script(kept, "All pairs:", "")
    short = FIND + "return table.parentElement.previousElementSibling.classList.contains('filter')"
    assert not browser.execute_script(short, "Ranks by precision")


def test_the_paragraph_is_copied_or_shown_to_be_copied(opened):
    browser, _ = opened
    button = browser.find_element("css selector", ".paste .copy")
    browser.execute_script("arguments[0].scrollIntoView(); arguments[0].click()", button)
    done = "return arguments[0].textContent !== 'Copy the paragraph'"
    for _ in range(50):
        if browser.execute_script(done, button):
            break
        time.sleep(0.1)
    assert button.text in ("Copied", "Select the text below and copy it")
    text = browser.execute_script("return document.querySelector('.paste textarea').value")
    assert "Krippendorff, K. (2004)" in text


def test_in_print_there_are_no_buttons_and_no_figure_is_wider_than_the_page(opened):
    browser, _ = opened
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        size = {"width": 720, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        seen = (
            "return [...document.querySelectorAll(arguments[0])].filter(e => e.offsetParent !== null).length"
        )
        for hidden in (".copy", ".filter", "nav", "summary"):
            assert browser.execute_script(seen, hidden) == 0
        assert browser.execute_script(TOO_WIDE) == []
        broken = "[...document.images].filter(i => getComputedStyle(i.parentElement).breakInside !== 'avoid')"
        assert browser.execute_script(f"return {broken}.length") == 0
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
