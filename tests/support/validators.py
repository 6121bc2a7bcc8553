"""Judges reports by what others say of their formats: python3 validators.py TOOLS SITE

TOOLS holds the schema of SARIF in an npm package, and the XSD of JUnit in pytest's sources. SITE holds `x.sarif`, `x.xml`, `x.json`, and
`report.schema.json`, the schema that shardbook publishes.
"""

import io
import json
import sys
import tarfile
from pathlib import Path

import xmlschema
from jsonschema import Draft7Validator, Draft202012Validator
from junitparser import JUnitXml

tools, site = map(Path, sys.argv[1:])


def packed(pattern, ending):
    """The bytes of a file in an archive."""
    with tarfile.open(next(tools.glob(pattern))) as archive:
        name = next(name for name in archive.getnames() if name.endswith(ending))
        return archive.extractfile(name).read()


def judge(name, validator):
    report = json.loads((site / name).read_text(encoding="utf-8"))
    for problem in validator.iter_errors(report):
        problems.append(f"{name}: {'/'.join(map(str, problem.absolute_path))}: {problem.message[:300]}")


problems = []
judge("x.sarif", Draft7Validator(json.loads(packed("*jest-sarif*.tgz", "schemas/sarif-2.1.0-rtm.5.json"))))
judge("x.json", Draft202012Validator(json.loads((site / "report.schema.json").read_text(encoding="utf-8"))))

xsd = xmlschema.XMLSchema(io.BytesIO(packed("pytest-*.tar.gz", "junit-10.xsd")))
for problem in xsd.iter_errors(site / "x.xml"):
    problems.append(f"x.xml: {problem.path}: {problem.reason}")
suites = JUnitXml.fromfile(str(site / "x.xml"))
cases = [case for suite in suites for case in suite]
failed = sum(any(type(result).__name__ == "Failure" for result in case.result) for case in cases)
if failed != suites.failures:
    problems.append(f"x.xml: {suites.failures} failures are counted, and {failed} are there")

print("\n".join(problems) or f"{len(cases)} cases, {failed} failures")
sys.exit(bool(problems))
