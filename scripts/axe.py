#!/usr/bin/env python3
"""Looks for barriers on the pages that spontan writes, with axe-core in a headless Chromium, light and dark.

Usage: axe.py SPONTAN

Needs npm, which fetches axe-core, and Chromium. Ends with 1 if axe finds anything, and says what and where.
"""

import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile

AXE = "axe-core@4.14.1"
SCHEMES = {"light": 1, "dark": 0}
# Chromium prints the page as it is when axe is done: what axe found, in place of the body.
RUN = """
addEventListener("load", async () => {
    const {violations} = await axe.run(document, {resultTypes: ["violations"]});
    const found = document.createElement("pre");
    found.id = "axe";
    found.textContent = JSON.stringify(violations.map(({id, help, nodes}) => (
        {id, help, count: nodes.length, first: nodes[0].html.slice(0, 200), why: nodes[0].failureSummary}
    )));
    document.body.replaceChildren(found);
});
"""


# It refuses whatever it is asked.
REFUSES = """
import json, sys
for line in sys.stdin:
    seq = json.loads(line).get("seq")
    who = {"name": "no", "version": "1", "language": "python"}
    hello = {"type": "hello", "protocol": 1, "implementation": who, "operations": ["bigsize.decode", "keysend.receive"]}
    print(json.dumps({"seq": seq, "reject": {"reason": "no"}} if seq else hello), flush=True)
"""


def pages(spontan, folder):
    """A report of a run with failures, a matrix of two implementations, and a page of each kind of the site."""
    names = ("right.json", "wrong.json", "report.html", "matrix.html", "site")
    right, wrong, report, matrix, site = (folder / name for name in names)
    run = [spontan, "check", "--report"]
    subprocess.run([*run, f"json={right}", "--", spontan, "adapter"], check=True, stdout=subprocess.DEVNULL)
    refuses = [*run, f"json={wrong}", "--report", f"html={report}", "--", sys.executable, "-c", REFUSES]
    status = subprocess.run(refuses, stdout=subprocess.DEVNULL).returncode
    if status != 1:
        sys.exit(f"a run with failures ends with 1, not {status}")
    subprocess.run([spontan, "matrix", "--output", matrix, right, wrong], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([spontan, "site", "--output", site, right, wrong], check=True, stdout=subprocess.DEVNULL)
    kinds = ["index", "suites/keysend.receive", "cases/node.sequence/part-times-out", "requirements/bolt4.mpp.wait"]
    kinds += ["quirks", "README", "docs/protocol", "docs/results/README", "vectors/README"]
    return [report, matrix, *(site / f"{kind}.html" for kind in kinds)]


def violations(page, axe, scheme, folder):
    """What axe finds on a page in one colour scheme."""
    probe = folder / "probe.html"
    probe.write_text(f"{page.read_text()}<script>{axe}</script><script>{RUN}</script>")
    chromium = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=300000"]
    chromium += [f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}", "--dump-dom", probe.as_uri()]
    text = subprocess.run(chromium, check=True, capture_output=True, text=True, timeout=300).stdout
    found = re.search(r'<pre id="axe">(.*?)</pre>', text, re.DOTALL)
    if not found:
        sys.exit(f"{page.name}: axe did not run in Chromium")
    return json.loads(html.unescape(found[1]))


def main(spontan):
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        install = ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, AXE]
        subprocess.run(install, check=True)
        axe = (folder / "node_modules/axe-core/axe.min.js").read_text().replace("</script", "<\\/script")
        for page in pages(spontan, folder):
            for scheme in SCHEMES:
                found = violations(page, axe, scheme, folder)
                count += len(found)
                print(f"{page.name}, {scheme}: {len(found)} found")
                for one in found:
                    print(f"  {one['id']}: {one['help']}; {one['count']} times, the first {one['first']}\n    {one['why']}")
    return 1 if count else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(str(pathlib.Path(sys.argv[1]).resolve())))
